import type {
  AccountSnapshot,
  Answer,
  Panel,
  PanelFault,
  PanelTarget,
  Provider,
  Rights,
  TestOutcome,
} from '../../bff/providers/provider.ts'

/** An account as a server would tell it. */
export function account(username: string, more: Partial<AccountSnapshot> = {}): AccountSnapshot {
  return {
    username,
    started_at: 1_700_000_000,
    uid: 1001,
    domain: `${username}.example`,
    owner: 'root',
    package: 'small',
    ip: '192.0.2.7',
    email: `${username}@mail.example`,
    suspended: false,
    suspend_reason: null,
    suspended_at: null,
    locked: false,
    reseller: false,
    owned: [],
    nameservers: ['ns1.host.example', 'ns2.host.example'],
    limits: { disk: null },
    ...more,
  }
}

/** A server without a network: what the rooms above a provider need to be seen at work. */
export class ServerInMemory {
  readonly accounts = new Map<string, AccountSnapshot>()
  readonly targets: PanelTarget[] = []
  reads = 0
  closed = 0
  fault: PanelFault | undefined
  rights: Rights = { all: true, privileges: [] }
  outcome: TestOutcome = { cause: 'ok', version: '11.134.0.1' }
  /** Set to hold every read of an account back until it resolves. */
  gate: Promise<void> | undefined

  readonly provider: Provider = {
    name: 'in-memory',
    actions: [],
    steps: {},
    isProtected: (username, api_user) => username === 'root' || username === api_user,
    connect: (target) => {
      this.targets.push(target)
      return this.panel(target)
    },
  }

  #answer<T>(value: T): Answer<T> {
    return this.fault === undefined ? { ok: true, value } : { ok: false, fault: this.fault }
  }

  panel({ host, port, user }: Omit<PanelTarget, 'token'>): Panel {
    return {
      target: { host, port, user },
      test: async () => this.outcome,
      rights: async () => this.#answer(this.rights),
      account: async (username) => {
        this.reads += 1
        await this.gate
        return this.#answer(this.accounts.get(username) ?? null)
      },
      owned: async () => this.#answer([]),
      choices: async () =>
        this.#answer({
          choices: [{ value: 'small', label: 'small', facts: [], disabled: false }],
        }),
      passwordPolicy: async () => this.#answer({ create: 65, change: 60 }),
      usage: async () => [
        { key: 'disk', label: 'usage.disk', used: 5, limit: null, unit: 'bytes' },
        {
          key: 'bandwidth',
          label: 'usage.bandwidth',
          used: null,
          limit: null,
          unit: 'bytes',
          error: { code: 'error.server_unreachable' },
        },
      ],
      close: async () => {
        this.closed += 1
      },
    }
  }
}
