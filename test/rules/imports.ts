import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/** Reads what source files import, and finds circles. Paths are relative to the root of the repository, with `/`. */

const root = resolve(import.meta.dirname, '../..');

/** One import of one file: also one of types alone, or one that is loaded when it is needed. */
export interface Import {
  readonly file: string;
  /** What stands in the import: a path, a package, a module of Node. */
  readonly target: string;
  /** The file a relative path leads to, null for anything else. */
  readonly targetFile: string | null;
}

/** Every TypeScript file in a folder. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
}

/** Every import in the files of a folder. */
export function importsIn(folder: string): Import[] {
  const files = sourceFiles(folder);
  const known = new Set(files);
  return files.flatMap((file) => importsOf(file, known));
}

const statement = /^(?:import|export)\s+[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

function importsOf(file: string, known: ReadonlySet<string>): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(statement)].map(([, from, bare, later]) => {
    const target = from ?? bare ?? later ?? '';
    return {
      file,
      target,
      targetFile: target.startsWith('.') ? fileOf(file, target, known) : null,
    };
  });
}

/** The file a relative import means. One outside the folder that was read keeps the text of the import. */
function fileOf(file: string, target: string, known: ReadonlySet<string>): string {
  const path = join(dirname(file), target).replaceAll(sep, '/').replace(/\.js$/, '');
  return [`${path}.ts`, `${path}.tsx`].find((one) => known.has(one)) ?? `${path}.ts`;
}

/** Groups of files that import each other in a circle, each group sorted. */
export function circlesAmong(imports: readonly Import[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const { file, targetFile } of imports) {
    if (targetFile === null) continue;
    targets.set(file, [...(targets.get(file) ?? []), targetFile]);
  }
  const reached = new Map([...targets.keys()].map((file) => [file, reachableFrom(file, targets)]));
  const groups = new Map<string, string[]>();
  for (const file of targets.keys()) {
    if (!reached.get(file)!.has(file)) continue;
    const group = [...reached.get(file)!].filter((other) => reached.get(other)?.has(file) === true).sort();
    groups.set(group.join(), group);
  }
  return [...groups.values()];
}

function reachableFrom(start: string, targets: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>();
  const left = [...(targets.get(start) ?? [])];
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    left.push(...(targets.get(file) ?? []));
  }
  return reached;
}

/** Those of the names that a file uses as variables, such as `Buffer`. */
export function globalsUsed(file: string, names: readonly string[]): string[] {
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && names.includes(node.text) && !isMember(node)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true));
  return [...used].sort();
}

/** It names a member of something: `one.process`, `{ process: 1 }`, `process(): void`. */
function isMember({ parent, text }: ts.Identifier): boolean {
  return (
    'name' in parent && (parent.name as ts.Node | undefined)?.getText() === text && !ts.isVariableDeclaration(parent)
  );
}
