// The Python module pulsemq_broker.config: the configuration as dataclasses, made from the schema of the broker.
import { z } from 'zod';
import { configSections } from '../packages/broker/dist/control/config/config-schema.js';
import { renamedSettings } from '../packages/broker/dist/control/config/renamed-settings.js';
import { settingList } from '../packages/broker/dist/control/config/setting-list.js';

const capital = (word) => word[0].toUpperCase() + word.slice(1);
const classOf = (section) => `${capital(section)}Config`;

/** A value in Python's words. */
function literal(value) {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return capital(String(value));
  return JSON.stringify(value);
}

const plainTypes = { integer: 'int', number: 'float', boolean: 'bool', string: 'str' };

/** The type of a setting in Python, by its JSON schema. */
function typeOf(key, schema) {
  if (schema.anyOf !== undefined) return `${typeOf(key, schema.anyOf[0])} | None`;
  if (schema.enum !== undefined) return `Literal[${schema.enum.map(literal).join(', ')}]`;
  if (schema.type === 'array') return `list[${typeOf(key, schema.items)}]`;
  const type = plainTypes[schema.type];
  if (type === undefined) throw new Error(`${key}: no Python type for ${JSON.stringify(schema)}`);
  return type;
}

/** A field and its doc comment, which also has the unit and the range. */
function fieldOf({ key, description, unit, range }, schema) {
  const [, name] = key.split('.');
  const value = Array.isArray(schema.default)
    ? `field(default_factory=${schema.default.length === 0 ? 'list' : `lambda: ${JSON.stringify(schema.default)}`})`
    : literal(schema.default);
  const note = unit === '' ? range : `${range} ${unit}`;
  return [`    ${name}: ${typeOf(key, schema)} = ${value}`, `    """${description}. Allowed: ${note}."""`];
}

/** The decorator that gives a section the old names of its settings. Empty without old names. */
function oldNames(section) {
  const lines = Object.entries(renamedSettings)
    .map(([oldKey, newKey]) => [...oldKey.split('.'), newKey.split('.')[1]])
    .filter(([of]) => of === section)
    .map(([, oldName, newName]) => `    ${oldName}="${newName}",`);
  return lines.length === 0 ? [] : ['@renamed(', ...lines, ')'];
}

/** The text of the module. */
export function pythonConfig() {
  const settings = settingList();
  const classes = Object.entries(configSections).flatMap(([section, schema]) => {
    const { properties } = z.toJSONSchema(schema, { io: 'input' });
    const fields = settings
      .filter(({ key }) => key.startsWith(`${section}.`))
      .flatMap((setting) => fieldOf(setting, properties[setting.key.split('.')[1]]));
    return [
      '',
      '',
      ...oldNames(section),
      '@dataclass(kw_only=True)',
      `class ${classOf(section)}(Section):`,
      `    """The section \`${section}\`."""`,
      '',
      ...fields,
    ];
  });
  const sections = Object.keys(configSections);
  return [
    '"""The configuration of the broker: one class for each section of the YAML file, with the same keys and defaults.',
    '',
    'Written by `npm run config-table` from the schema of the broker. The broker checks the values when it starts.',
    '"""',
    '',
    'from __future__ import annotations',
    '',
    'from dataclasses import dataclass, field',
    'from typing import Literal',
    '',
    'from ._section import Section, renamed',
    '',
    '__all__ = [',
    ...['Config', ...sections.map(classOf)].sort().map((name) => `    "${name}",`),
    ']',
    ...classes,
    '',
    '',
    '@dataclass(kw_only=True)',
    'class Config:',
    '    """The whole configuration. `Config(server=ServerConfig(pub_port=6000))` changes one setting."""',
    '',
    ...sections.map((section) => `    ${section}: ${classOf(section)} = field(default_factory=${classOf(section)})`),
    '',
    '    def settings(self) -> dict[str, dict[str, object]]:',
    '        """Returns the settings that differ from their defaults, by section."""',
    '        sections: dict[str, Section] = {',
    ...sections.map((section) => `            "${section}": self.${section},`),
    '        }',
    '        return {name: section.changed() for name, section in sections.items() if section.changed()}',
    '',
  ].join('\n');
}
