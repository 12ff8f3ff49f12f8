/** Name of the method that Node calls to print a value. In other runtimes it has no effect. */
export const inspectMethod = Symbol.for('nodejs.util.inspect.custom');
