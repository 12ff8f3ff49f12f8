/** Paths of the API whose answers have no end, streams that go on until the reader disconnects: tests that call every path leave them out. */
export const endless = ['/api/stream', '/api/tap', '/api/prices', '/api/logs/stream'];
