import type { connections as english } from '../en/connections.js';
import type { Words } from '../words.js';

export const connections: Words<typeof english> = {
  connections: {
    title: '连接',
    user: '用户',
    nobody: '未知',
    pattern: '模式',
    connection: '连接',
  },
};
