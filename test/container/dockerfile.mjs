// Reads a Dockerfile: its stages, each with its steps in order.

/** The words of an instruction in JSON form, such as `["node", "x"]`; undefined for any other form. */
const jsonWords = (text) => (text.startsWith('[') ? JSON.parse(text) : undefined);

/** `--name=value` options in front of an instruction, and the rest. */
function optionsOf(text) {
  const options = {};
  let rest = text;
  for (;;) {
    const match = /^--(\w[\w-]*)=(\S+)\s+/.exec(rest);
    if (match === null) return { options, rest };
    options[match[1]] = match[2];
    rest = rest.slice(match[0].length);
  }
}

const readers = {
  RUN: (text) => ({ kind: 'run', command: text }),
  WORKDIR: (text) => ({ kind: 'workdir', path: text }),
  USER: (text) => ({ kind: 'user', name: text }),
  VOLUME: (text) => ({ kind: 'volume', path: text }),
  EXPOSE: (text) => ({ kind: 'expose', ports: text.split(/\s+/).map(Number) }),
  ENV: (text) => ({ kind: 'env', values: Object.fromEntries(text.split(/\s+/).map((one) => one.split('='))) }),
  ENTRYPOINT: (text) => ({ kind: 'entrypoint', words: jsonWords(text) }),
  CMD: (text) => ({ kind: 'cmd', words: jsonWords(text) }),
  COPY: (text) => {
    const { options, rest } = optionsOf(text);
    const paths = rest.split(/\s+/);
    return { kind: 'copy', from: options.from, sources: paths.slice(0, -1), target: paths.at(-1) };
  },
  HEALTHCHECK: (text) => {
    const { rest } = optionsOf(text);
    return { kind: 'healthcheck', words: jsonWords(rest.replace(/^CMD\s+/, '')) };
  },
};

/** The stages in order: `{ name, image, steps }`. Throws on an instruction that it does not know. */
export function readDockerfile(text) {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const stages = [];
  for (const line of lines) {
    const [, instruction, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (instruction === 'FROM') {
      const [image, , name = String(stages.length)] = rest.split(/\s+/);
      stages.push({ name, image, steps: [] });
      continue;
    }
    const reader = readers[instruction];
    if (reader === undefined) throw new Error(`Dockerfile: the instruction of "${line}" is not known here`);
    stages.at(-1).steps.push(reader(rest));
  }
  return stages;
}
