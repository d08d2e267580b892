import type { Input } from '../../../bff/contract/dialect.ts'
import type {
  AccountSnapshot,
  ChangeAction,
  Panel,
  Provider,
  Situation,
  StepContext,
  StepHandler,
} from '../../../bff/providers/provider.ts'
import { InventedPanel, inventedProvider } from './invented-provider.ts'

const DAY = 24 * 60 * 60 * 1000
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)

function ours(panel: Panel): InventedPanel {
  if (panel instanceof InventedPanel) return panel
  throw new TypeError('not the invented panel')
}

const seconds = (ms: number) => Math.floor(ms / 1000)

/** One changing call whose goal is seen in the account. */
function step(
  effect: NonNullable<StepHandler['effect']>,
  reached: (account: AccountSnapshot | undefined) => boolean,
  apply: (panel: InventedPanel, context: StepContext) => void,
): StepHandler {
  return {
    label: `step.${effect}`,
    timeout: 30_000,
    proof: 'by_reading',
    effect,
    async before(panel, { step: { account, params } }) {
      const found = ours(panel).accounts.get(account)
      if (found !== undefined && found.started_at !== params.started_at)
        return { kind: 'stop', code: 'identity_changed' }
      return reached(found) ? { kind: 'skip' } : { kind: 'go', before: null }
    },
    async send(panel, context) {
      const outcome = ours(panel).call(context, () => apply(ours(panel), context))
      ours(panel).afterwards()
      return outcome
    },
    async prove(panel, context) {
      if (!ours(panel).reachable)
        return { kind: 'unknown', fault: { code: 'server_unreachable', transport: true } }
      const found = ours(panel).accounts.get(context.step.account)
      return { kind: reached(found) ? 'done' : 'absent', evidence: String(found?.suspended) }
    },
  }
}

const steps: Readonly<Record<string, StepHandler>> = {
  rest: step(
    'suspended',
    (account) => account?.suspended === true,
    (panel, { step: { account }, now }) =>
      panel.change(account, { suspended: true, suspended_at: seconds(now) }),
  ),
  wake: step(
    'active',
    (account) => account?.suspended === false,
    (panel, { step: { account } }) =>
      panel.change(account, { suspended: false, suspended_at: null }),
  ),
  erase: step(
    'deleted',
    (account) => account === undefined,
    (panel, { step: { account } }) => void panel.accounts.delete(account),
  ),
}

const settled = { show: [], changed: ['service' as const] }
const shared = {
  kind: 'change' as const,
  group: 'account',
  highlight: false,
  needs: ['any'],
  extra_scope: 'accounts:cascade' as const,
  result: { open: false as const, changed: ['service' as const] },
}
const dateOf = ({ when, date }: Input) =>
  when === 'on_date' && typeof date === 'string' ? Date.parse(`${date}T00:00:00Z`) : undefined
const hasAccount = ({ service }: Situation) => service.identity !== null

/** Erases an account with those it owns, now or on a date. */
const erase: ChangeAction = {
  ...shared,
  name: 'erase',
  order: 20,
  danger: 'irreversible',
  confirmation: { preview: true, domain: true, accounts: true },
  judge: (situation) =>
    hasAccount(situation) && situation.service.state !== 'deleted'
      ? { kind: 'available' }
      : { kind: 'not_applicable' },
  form: ({ now }) => ({
    type: 'object',
    properties: {
      when: { type: 'string', title: 'input.when.label', enum: ['now', 'on_date'], default: 'now' },
      date: {
        type: 'string',
        title: 'input.delete_on.label',
        format: 'date',
        minimum: day(now + DAY),
        maximum: day(now + 366 * DAY),
        'x-provision': { show_if: { field: 'when', equals: 'on_date' } },
      },
    },
    required: ['date'],
    additionalProperties: false,
  }),
  alreadySo: ({ service }) => service.state === 'deleted',
  schedule(input) {
    const due_at = dateOf(input)
    return due_at === undefined
      ? undefined
      : { due_at, input: { when: 'now' }, meanwhile: 'freeze' }
  },
  async preview(panel, { service }, input) {
    const own = service.identity?.username ?? ''
    const account = await panel.account(own)
    if (!account.ok) return account
    if (account.value === null)
      return { ok: false, fault: { code: 'account_not_found', transport: false } }
    const owned = await panel.owned(own)
    if (!owned.ok) return owned
    const due = dateOf(input)
    return {
      ok: true,
      value: {
        accounts: [...owned.value, account.value],
        limits: [],
        effects: due === undefined ? [] : [{ code: 'effect.deleted_on', params: { date: due } }],
        irreversible: [{ code: 'irreversible.no_backup' }],
      },
    }
  },
  plan: (_situation, input, consequences) =>
    (consequences?.accounts ?? []).map(({ username, started_at }) => ({
      name: dateOf(input) === undefined ? 'erase' : 'rest',
      account: username,
      params: { started_at },
    })),
  settle: (_situation, input, after) => ({
    change:
      dateOf(input) === undefined
        ? { state: 'deleted', unbind: true }
        : { state: after?.suspended === false ? 'active' : 'suspended' },
    result: settled,
  }),
}

/** Lifts the suspension of the service's own account. */
const wake: ChangeAction = {
  ...shared,
  name: 'wake',
  order: 21,
  danger: 'none',
  confirmation: { preview: false, domain: false, accounts: false },
  cancels_planned: true,
  judge: (situation) =>
    hasAccount(situation) ? { kind: 'available' } : { kind: 'not_applicable' },
  form: () => ({ type: 'object', properties: {}, required: [], additionalProperties: false }),
  alreadySo: ({ service }) => service.state === 'active',
  preview: async () => ({
    ok: true,
    value: { accounts: [], limits: [], effects: [], irreversible: [] },
  }),
  plan: ({ service }) => [
    {
      name: 'wake',
      account: service.identity?.username ?? '',
      params: { started_at: service.identity?.started_at ?? 0 },
    },
  ],
  settle: () => ({ change: { state: 'active' }, result: settled }),
}

/** The invented provider with accounts that can be erased, now or on a date, and woken. */
export const erasingProvider: Provider = {
  ...inventedProvider,
  actions: [...inventedProvider.actions, erase, wake],
  steps: { ...inventedProvider.steps, ...steps },
}
