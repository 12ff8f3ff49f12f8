// The broker's own report about connections, kept by connection: closed ones stay in its list for an hour only.

const pageCount = 200;

export class Accounts {
  #broker;
  #rows = new Map();

  constructor(broker) {
    this.#broker = broker;
  }

  /** Reads the list, open and closed. Call it at least every few minutes. */
  async read() {
    for (let offset = 0; ; offset += pageCount) {
      const page = await this.#broker.call('GET', `/api/connections?state=all&limit=${pageCount}&offset=${offset}`);
      for (const row of page) this.#rows.set(row.connection_id, row);
      if (page.length < pageCount) return;
    }
  }

  /** Sums over all connections there ever were. */
  totals() {
    const sum = { published: 0, delivered: 0, dropped: 0 };
    for (const row of this.#rows.values()) {
      sum.published += row.msg_total_in;
      sum.delivered += row.msg_total_out;
      sum.dropped += droppedOf(row);
    }
    return sum;
  }

  /** Delivered and dropped of the one connection that a user has had. */
  of(username) {
    const rows = [...this.#rows.values()].filter((row) => row.username === username);
    if (rows.length !== 1) throw new Error(`${username} has had ${rows.length} connections, expected 1`);
    return { delivered: rows[0].msg_total_out, dropped: droppedOf(rows[0]) };
  }

  get count() {
    return this.#rows.size;
  }
}

const droppedOf = ({ drops }) => Object.values(drops).reduce((sum, count) => sum + count, 0);
