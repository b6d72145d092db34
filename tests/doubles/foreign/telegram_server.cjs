// Starts telegram-test-api on the loopback port that is named.
const TelegramServer = require("telegram-test-api");

new TelegramServer({ host: "127.0.0.1", port: Number(process.argv[2]), storeTimeout: 3600 }).start();
