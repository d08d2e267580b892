import type { Input } from '../../../bff/contract/dialect.ts'
import type {
  AccountBrief,
  AccountSnapshot,
  ActionDefinition,
  Answer,
  ChangeAction,
  Panel,
  Provider,
  SendOutcome,
  StepContext,
  StepHandler,
} from '../../../bff/providers/provider.ts'

/** What the next changing call does: `cut_after` makes the change and loses the answer. */
export type Fate =
  | 'done'
  | 'refused'
  | 'unsent'
  | 'cut_before'
  | 'cut_after'
  | 'cut_late'
  | 'warned'

export interface Call {
  readonly step: string
  readonly account: string
  readonly secrets: readonly string[]
}

/** A panel that lives in memory: its accounts are the truth, its calls are counted. */
export class InventedPanel implements Panel {
  readonly target = { host: 'panel.example', port: 2087, user: 'root' }
  readonly accounts = new Map<string, AccountSnapshot>()
  readonly calls: Call[] = []
  readonly late: (() => void)[] = []
  fates: Fate[] = []
  /** Happens on the server right after a call that erases, suspends or wakes. */
  afterwards: () => void = () => undefined
  reachable = true
  born = 1_700_000_000

  add(username: string, more: Partial<AccountSnapshot> = {}): AccountSnapshot {
    this.born += 1
    const account: AccountSnapshot = {
      username,
      domain: `${username}.example`,
      owner: 'root',
      started_at: this.born,
      uid: 1000 + this.accounts.size,
      package: 'small',
      ip: '192.0.2.1',
      email: null,
      suspended: false,
      suspend_reason: null,
      suspended_at: null,
      locked: false,
      reseller: false,
      owned: [],
      nameservers: null,
      limits: { disk: 1024 },
      ...more,
    }
    this.accounts.set(username, account)
    return account
  }

  change(username: string, more: Partial<AccountSnapshot>): void {
    const account = this.accounts.get(username)
    if (account !== undefined) this.accounts.set(username, { ...account, ...more })
  }

  /** Makes one changing call as fate has it. */
  call(context: StepContext, apply: () => void): SendOutcome {
    this.calls.push({
      step: context.step.name,
      account: context.step.account,
      secrets: Object.values(context.secrets),
    })
    const fate = this.fates.shift() ?? 'done'
    switch (fate) {
      case 'done':
        apply()
        return { kind: 'done', warnings: [] }
      case 'warned':
        apply()
        return { kind: 'done', warnings: [{ code: 'warning.from_server' }] }
      case 'refused':
        return {
          // After a first attempt it may be that attempt which is in the way.
          kind: context.step.attempt > 1 ? 'uncertain' : 'refused',
          code: 'package_not_found',
        }
      case 'unsent':
        return { kind: 'unsent', code: 'server_unreachable' }
      case 'cut_before':
        return { kind: 'uncertain', code: 'timeout' }
      case 'cut_after':
        apply()
        return { kind: 'uncertain', code: 'timeout' }
      case 'cut_late':
        this.late.push(apply)
        return { kind: 'uncertain', code: 'timeout' }
    }
  }

  async account(username: string): Promise<Answer<AccountSnapshot | null>> {
    return this.reachable
      ? { ok: true, value: this.accounts.get(username) ?? null }
      : { ok: false, fault: { code: 'server_unreachable', transport: true } }
  }
  async owned(username: string): Promise<Answer<readonly AccountBrief[]>> {
    return {
      ok: true,
      value: [...this.accounts.values()].filter(
        (account) => account.owner === username && account.username !== username,
      ),
    }
  }
  async test() {
    return { cause: 'ok' as const }
  }
  async rights() {
    return { ok: true as const, value: { all: true, privileges: [] } }
  }
  async choices() {
    return { ok: true as const, value: { choices: [] } }
  }
  async passwordPolicy() {
    return { ok: true as const, value: { create: null, change: null } }
  }
  async usage() {
    return []
  }
  async close() {}
}

/** The engine hands back the panel it was given: in these tests it is always ours. */
function ours(panel: Panel): InventedPanel {
  if (panel instanceof InventedPanel) return panel
  throw new TypeError('not the invented panel')
}

const text = (title: string, more: object = {}) => ({ type: 'string' as const, title, ...more })
const nothing = { preview: false, domain: false, accounts: false }
const shared = { group: 'account', highlight: false, needs: ['any'] }
const settled = { show: [], changed: ['service' as const] }

function identityOf(context: StepContext): string {
  return JSON.stringify(context.situation.service.identity)
}

function reading(
  name: string,
  goal: (account: AccountSnapshot | undefined, context: StepContext) => boolean,
  apply: (panel: InventedPanel, context: StepContext) => void,
  more: Partial<StepHandler> = {},
): StepHandler {
  return {
    label: `step.${name}`,
    timeout: 30_000,
    proof: 'by_reading',
    async before(panel, context) {
      const account = ours(panel).accounts.get(context.step.account)
      const known = context.situation.service.identity
      if (known !== null && known.username === context.step.account) {
        if (account === undefined) return { kind: 'stop', code: 'account_not_found' }
        if (account.started_at !== known.started_at)
          return { kind: 'stop', code: 'identity_changed' }
      }
      return goal(account, context)
        ? { kind: 'already_so' }
        : { kind: 'go', before: account?.package ?? null }
    },
    async send(panel, context) {
      return ours(panel).call(context, () => apply(ours(panel), context))
    },
    async prove(panel, context) {
      if (!ours(panel).reachable)
        return { kind: 'unknown', fault: { code: 'server_unreachable', transport: true } }
      const account = ours(panel).accounts.get(context.step.account)
      const evidence = `${account?.package} ${account?.suspended} ${identityOf(context)}`
      const known = context.situation.service.identity
      if (
        account !== undefined &&
        known !== null &&
        known.username === context.step.account &&
        account.started_at !== known.started_at
      )
        return { kind: 'foreign', evidence, code: 'identity_changed' }
      if (goal(account, context)) return { kind: 'done', evidence }
      return {
        kind: (account?.package ?? null) === context.step.before ? 'absent' : 'changed',
        evidence,
      }
    },
    ...more,
  }
}

const steps: Record<string, StepHandler> = {
  repack: reading(
    'repack',
    (account, { step }) => account?.package === step.params.package,
    (panel, { step }) => panel.change(step.account, { package: String(step.params.package) }),
  ),
  freeze: reading(
    'freeze',
    (account) => account?.suspended === true,
    (panel, { step }) => panel.change(step.account, { suspended: true }),
    { effect: 'suspended' },
  ),
  found: reading(
    'found',
    (account) => account !== undefined,
    (panel, { step }) => void panel.add(step.account),
  ),
  whisper: {
    ...reading(
      'whisper',
      () => false,
      () => undefined,
    ),
    proof: 'never',
  },
}

const repack: ChangeAction = {
  ...shared,
  kind: 'change',
  name: 'repack',
  order: 1,
  danger: 'none',
  confirmation: nothing,
  result: { open: false, changed: ['service'] },
  judge: ({ service }) =>
    service.identity === null ? { kind: 'not_applicable' } : { kind: 'available' },
  form: () => ({
    type: 'object',
    properties: { package: text('input.package', { minLength: 1, maxLength: 20 }) },
    required: ['package'],
    additionalProperties: false,
  }),
  alreadySo: ({ snapshot }, input) => snapshot?.package === input.package,
  preview: async () => ({
    ok: true,
    value: { accounts: [], limits: [], effects: [], irreversible: [] },
  }),
  plan: ({ service }, input) => [
    {
      name: 'repack',
      account: service.identity?.username ?? '',
      params: { package: String(input.package) },
    },
  ],
  settle: (_situation, input) => ({
    change: { package: String(input.package) },
    result: settled,
  }),
}

const freeze: ChangeAction = {
  ...repack,
  name: 'freeze',
  order: 9,
  danger: 'high',
  confirmation: { preview: true, domain: true, accounts: true },
  extra_scope: 'accounts:cascade',
  form: () => ({
    type: 'object',
    properties: { all: { type: 'boolean', title: 'input.all' }, reason: text('input.reason') },
    required: [],
    additionalProperties: false,
  }),
  alreadySo: ({ snapshot }) => snapshot?.suspended === true,
  cascades: (_situation, input) => input.all === true,
  async preview(panel, situation, input) {
    const own = situation.service.identity?.username ?? ''
    const account = ours(panel).accounts.get(own)
    const owned = input.all === true ? await panel.owned(own) : undefined
    return {
      ok: true,
      value: {
        accounts: [
          ...(owned?.ok === true ? owned.value : []),
          ...(account === undefined ? [] : [account]),
        ],
        limits: [],
        effects: [{ code: 'effect.sites_stop' }],
        irreversible: [],
      },
    }
  },
  plan: ({ service }, _input, consequences) =>
    (consequences?.accounts ?? []).map(({ username }) => ({
      name: 'freeze',
      account: username,
      params: { own: username === service.identity?.username },
    })),
  settle: () => ({ change: { state: 'suspended' }, result: settled }),
}

const found: ChangeAction = {
  ...repack,
  name: 'found',
  order: 2,
  judge: ({ service }) =>
    service.identity === null ? { kind: 'available' } : { kind: 'not_applicable' },
  form: () => ({
    type: 'object',
    properties: {
      username: text('input.username'),
      password: text('input.password', { 'x-provision': { secret: true } }),
    },
    required: [],
    additionalProperties: false,
  }),
  alreadySo: ({ service }) => service.identity !== null,
  async prepare(_panel, _situation, input, secrets) {
    return {
      ok: true,
      value: {
        input: { username: 'derived', ...input },
        secrets: { password: 'made-up-by-us', ...secrets },
      },
    }
  },
  plan: (_situation, input) => {
    const account = String(input.username)
    return [
      { name: 'found', account, params: {} },
      { name: 'repack', account, params: { package: 'large' } },
    ]
  },
  settle: (_situation, _input, after) => ({
    change: after === null ? {} : { state: 'active', package: after.package, bind: after },
    result: settled,
  }),
}

const whisper: ChangeAction = {
  ...repack,
  name: 'whisper',
  order: 3,
  form: () => ({
    type: 'object',
    properties: { password: text('input.password', { 'x-provision': { secret: true } }) },
    required: ['password'],
    additionalProperties: false,
  }),
  alreadySo: () => false,
  plan: ({ service }) => [
    { name: 'whisper', account: service.identity?.username ?? '', params: {} },
  ],
  settle: () => ({ change: {}, result: settled }),
}

const forget: ChangeAction = {
  ...repack,
  name: 'forget',
  order: 4,
  needs: [],
  form: () => ({ type: 'object', properties: {}, required: [], additionalProperties: false }),
  alreadySo: ({ service }) => service.identity === null,
  plan: () => [],
  settle: () => ({ change: { state: 'unprovisioned', unbind: true }, result: settled }),
}

const peek: ActionDefinition = {
  ...shared,
  kind: 'read',
  name: 'peek',
  order: 0,
  danger: 'none',
  confirmation: nothing,
  result: { open: true, changed: [] },
  judge: () => ({ kind: 'available' }),
  form: () => ({ type: 'object', properties: {}, required: [], additionalProperties: false }),
  run: async (panel) =>
    ours(panel).reachable
      ? { ok: true, value: { show: [], open: 'https://panel.example/once?secret', warnings: [] } }
      : { ok: false, fault: { code: 'server_unreachable', transport: true } },
}

export const inventedProvider: Provider = {
  name: 'invented',
  actions: [peek, repack, found, whisper, forget, freeze],
  steps,
  isProtected: (username) => username === 'root',
  connect: () => new InventedPanel(),
}

export const NO_INPUT: Input = {}
