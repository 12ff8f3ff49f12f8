import { Agent, type ClientRequest, get, request } from 'node:http';
import { constants, setPriority } from 'node:os';
import type { AdminAddress } from '../wire/peer-wire.js';
import type { DashboardJob, Worker } from './job.js';

/** A page of the console polls these every second. */
const polledPaths = ['/api/stats/system', '/api/topics', '/api/connections'];
const pollMs = 1_000;

/** Dashboards as browsers run them: each one polls and holds a stream open. Beside them, log-ins follow one another without a pause. */
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
    if (job.address.admin === undefined) throw new Error('the dashboards workload needs a peer with an admin API');
    // Real browsers run on other machines. Here they must not take CPU from the generators of the ticks, which would be measured.
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    const dashboards = new Dashboards(job, job.address.admin);
    dashboards.#authorization = `Bearer ${await dashboards.#logIn()}`;
    return dashboards;
  }

  /** Successful requests. */
  get count(): number {
    return this.pollCount + this.logInCount;
  }

  get more(): Record<string, number> {
    return { pollCount: this.pollCount, logInCount: this.logInCount, failedCount: this.#failedCount };
  }

  /** Opens the dashboards and starts the log-ins. */
  async go(): Promise<void> {
    this.#isGoing = true;
    for (let index = 0; index < this.#job.dashboardCount; index++) this.#openDashboard(index);
    this.#logIns = Array.from({ length: this.#job.logInCount }, () => this.#keepLoggingIn());
  }

  /** Closes the dashboards. Resolves after the last log-in is answered: the broker then works on none of their requests. */
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
    // Spread over a second: real dashboards do not poll in step.
    const first = setTimeout(
      () => {
        poll();
        this.#timers.push(setInterval(poll, pollMs));
      },
      (index * pollMs) / this.#job.dashboardCount,
    );
    this.#timers.push(first);
  }

  /** An error of a stream ends the run, unless this process closed it. */
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
      // Reported with the figures. One refused log-in must not end the run.
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
