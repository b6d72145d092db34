// What clients written by others do: reads a list of jobs as JSON, answers each with its result or its complaint.
// A job is {client: "whatsapp" | "telegram" | "webhook", call, args, url}; {"bytes": base64} stands for a file.
const { WhatsAppClient } = require("@kapso/whatsapp-cloud-api");
const { normalizeWebhook, verifySignature } = require("@kapso/whatsapp-cloud-api/server");
const { Api, InputFile } = require("grammy");

const TOKEN = process.argv[2];
const VERSION = process.argv[3];

function withFiles(value, file) {
  if (Array.isArray(value)) return value.map((item) => withFiles(item, file));
  if (value === null || typeof value !== "object") return value;
  if (typeof value.bytes === "string") return file(Buffer.from(value.bytes, "base64"));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withFiles(item, file)]));
}

async function whatsapp({ url, call, args }) {
  const client = new WhatsAppClient({ accessToken: TOKEN, baseUrl: url, graphVersion: VERSION });
  const [group, method] = call.split(".");
  const png = (content) => new Blob([content], { type: "image/png" });
  return client[group][method](...withFiles(args, png));
}

async function telegram({ url, call, args }) {
  const api = new Api(TOKEN, { apiRoot: url });
  return api[call](...withFiles(args, (content) => new InputFile(content, "kawal.png")));
}

async function webhook({ call, args }) {
  return { normalizeWebhook, verifySignature }[call](...args);
}

async function answer(job) {
  try {
    return { result: await { whatsapp, telegram, webhook }[job.client](job) };
  } catch (error) {
    return { complaint: String(error) };
  }
}

async function main() {
  const jobs = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  const answers = [];
  for (const job of jobs) answers.push(await answer(job));
  process.stdout.write(JSON.stringify(answers));
}

main();
