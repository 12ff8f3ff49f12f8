import { Agent, type ClientRequest, get, request } from 'node:http';
import { constants, setPriority } from 'node:os';
import type { AdminAddress } from '../wire/peer-wire.js';
import type { DashboardJob, Worker } from './job.js';

/** What a page of the console asks for every second. */
const polledPaths = ['/api/stats/system', '/api/topics', '/api/connections'];
const pollMs = 1_000;

/** Dashboards as browsers run them: each polls and holds a stream open. Log-ins go on beside them without a pause. */
export class Dashboards implements Worker {
  pollCount = 0;
  logInCount = 0;
  #failedCount = 0;
  #isGoing = false;
  readonly #admin: AdminAddress;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #job: DashboardJob;
  #timers: NodeJS.Timeout[] = [];
  #streams: ClientRequest[] = [];
  #logIns: Promise<void>[] = [];
  #authorization = '';

  private constructor(job: DashboardJob, admin: AdminAddress) {
    this.#job = job;
    this.#admin = admin;
  }

  static async open(job: DashboardJob): Promise<Dashboards> {
    if (job.address.admin === undefined) throw new Error('this peer has no admin API');
    // Browsers are on other machines: what they do here must not hold up the ticks' generators, or that would be measured.
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    const dashboards = new Dashboards(job, job.address.admin);
    dashboards.#authorization = `Bearer ${await dashboards.#logIn()}`;
    return dashboards;
  }

  /** Answers of the API. */
  get count(): number {
    return this.pollCount + this.logInCount;
  }

  get more(): Record<string, number> {
    return { pollCount: this.pollCount, logInCount: this.logInCount, failedCount: this.#failedCount };
  }

  /** Everybody begins; not before, so that the time without them can be measured. */
  async go(): Promise<void> {
    this.#isGoing = true;
    for (let index = 0; index < this.#job.dashboardCount; index++) this.#openDashboard(index);
    this.#logIns = Array.from({ length: this.#job.logInCount }, () => this.#keepLoggingIn());
  }

  /** Everybody ends; resolves when the last log-in is answered, and the broker has nothing of theirs to do any more. */
  async rest(): Promise<void> {
    this.#isGoing = false;
    for (const timer of this.#timers) clearInterval(timer);
    for (const stream of this.#streams) stream.destroy();
    this.#timers = [];
    this.#streams = [];
    await Promise.all(this.#logIns);
  }

  stop(): void {
    void this.rest();
    this.#agent.destroy();
  }

  #openDashboard(index: number): void {
    const headers = { authorization: this.#authorization };
    const stream = get({ host: '127.0.0.1', port: this.#admin.port, path: '/api/stream', headers }, (response) =>
      response.on('error', this.#onStreamError).resume(),
    );
    this.#streams.push(stream.on('error', this.#onStreamError));
    const poll = (): void => {
      for (const path of polledPaths) void this.#count(this.#ask('GET', path, headers), () => this.pollCount++);
    };
    // Spread over the second, as people open them.
    const first = setTimeout(
      () => {
        poll();
        this.#timers.push(setInterval(poll, pollMs));
      },
      (index * pollMs) / this.#job.dashboardCount,
    );
    this.#timers.push(first);
  }

  /** A stream that ends in the middle ends the run, unless it was ended here. */
  readonly #onStreamError = (error: Error): void => {
    if (this.#isGoing) throw error;
  };

  async #keepLoggingIn(): Promise<void> {
    while (this.#isGoing) await this.#count(this.#logIn(), () => this.logInCount++);
  }

  async #count(asked: Promise<unknown>, onAnswer: () => void): Promise<void> {
    try {
      await asked;
      onAnswer();
    } catch {
      // Counted, and told with the figures: a refused log-in must not end the run.
      this.#failedCount++;
    }
  }

  async #logIn(): Promise<string> {
    const { username, password } = this.#admin;
    const headers = { 'content-type': 'application/json' };
    const answer = await this.#ask('POST', '/login', headers, JSON.stringify({ username, password }));
    return (JSON.parse(answer) as { token: string }).token;
  }

  #ask(method: string, path: string, headers: Record<string, string>, body?: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.#admin.port, method, path, headers, agent: this.#agent };
      const asked = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.once('end', () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
        });
      });
      asked.once('error', reject);
      asked.end(body);
    });
  }
}
