import type { EngineCommand, EngineLink } from '../../src/port.js';

/** The control plane's end of the port, with a list of what was sent behind it. */
export class RecordingLink implements EngineLink {
  readonly sent: EngineCommand[] = [];

  send(command: EngineCommand): void {
    this.sent.push(command);
  }

  onEvent(): void {}

  async terminate(): Promise<void> {}

  /** The last command of a kind. */
  last<Kind extends EngineCommand['kind']>(kind: Kind): Extract<EngineCommand, { kind: Kind }> | undefined {
    return this.sent.findLast((command) => command.kind === kind) as Extract<EngineCommand, { kind: Kind }> | undefined;
  }
}
