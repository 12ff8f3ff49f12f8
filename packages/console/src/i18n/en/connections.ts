export const connections = {
  connections: {
    title: 'Connections',
    user: 'User',
    nobody: 'unknown',
    pattern: 'Pattern',
    connection: 'Connection',
  },
} as const;
