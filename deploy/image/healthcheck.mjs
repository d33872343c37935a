// Ends with exit code 0 when the service in this container says that it can do its work. Argument: `http` or `https`.
import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';

const request = process.argv[2] === 'https' ? overHttps : overHttp;
// The certificate is for those who come from outside.
const options = { port: process.env.PORT, path: '/readyz', timeout: 2_000, rejectUnauthorized: false };
request(options, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1))
  .end();
