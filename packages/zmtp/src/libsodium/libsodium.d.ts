declare module 'libsodium' {
  const openModule: import('./libsodium-module.js').OpenModule;
  export default openModule;
}
