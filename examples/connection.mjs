// The address and the credentials for the other examples, from the environment. Run `npm start`, then for example
//   PULSEMQ_USERNAME=admin PULSEMQ_TOKEN=... node examples/publish-and-iterate.mjs
// The first admin's token is in .pulsemq_admin.
export const connection = {
  host: process.env.PULSEMQ_HOST ?? 'localhost',
  pubPort: Number(process.env.PULSEMQ_PUB_PORT ?? 5555),
  username: process.env.PULSEMQ_USERNAME ?? 'admin',
  token: process.env.PULSEMQ_TOKEN ?? '',
};
