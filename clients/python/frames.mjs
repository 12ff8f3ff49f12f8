// npm run test:frames [-- --install]: sends 10,000 random DataFrames between pandas, polars, Arrow and TypeScript, with each Python of
// run.mjs. PULSEMQ_FRAMES sets another number, PULSEMQ_SEED another seed.
process.env.PULSEMQ_FRAMES ??= '10000';
await import('./run.mjs');
