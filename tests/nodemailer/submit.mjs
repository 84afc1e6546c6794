// Submits one mail: node submit.mjs '{"transport": {...}, "mail": {...}}'. Prints the server's answer.
import { createTransport } from "nodemailer";

const { transport, mail } = JSON.parse(process.argv[2]);
const mailer = createTransport(transport);
try {
  const info = await mailer.sendMail(mail);
  console.log(info.response);
} catch (error) {
  console.log(error.response ?? String(error));
  process.exitCode = 1;
}
