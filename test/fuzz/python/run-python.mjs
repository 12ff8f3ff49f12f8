export const pythonTarget = 'python-decode';
export const runPython = async () => ({ skipped: 'not yet' });
