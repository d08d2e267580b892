import type { Input } from '../../../contract/dialect.ts'
import { en } from '../../../texts/en.ts'
import type { AccountBrief, ChangeAction, Situation } from '../../provider.ts'
import { expectedOf } from '../standing.ts'
import { choice, form, given, text, tick } from './form-fields.ts'
import {
  identityOf,
  NOT_APPLICABLE,
  onAccount,
  ownSnapshot,
  readOwnAccount,
  refusedFor,
} from './judging.ts'

const REASONS = ['non_payment', 'abuse', 'security', 'over_limit', 'requested', 'other'] as const
/** Why, as the server keeps it: one language, whoever did it, and the words meant for the client. */
const ON_SERVER: Readonly<Record<string, string>> = Object.fromEntries(
  REASONS.map((reason) => [reason, en[`input.reason.${reason}`]]),
)

/** What stands on the server as the reason. Pure. */
export function serverReason(input: Input): string {
  const reason = ON_SERVER[String(input.reason)] ?? en['input.reason.other']
  const words = given(input.client_text)?.replaceAll(/\s+/g, ' ')
  return words === undefined ? reason : `${reason}: ${words}`
}

function clientText(input: Input): { client_text?: string } {
  const words = given(input.client_text)
  return words === undefined ? {} : { client_text: words }
}

function reachesOwned(situation: Situation, input: Input): boolean {
  return ownSnapshot(situation)?.reseller === true && input.scope === 'with_accounts'
}

/** Suspends the account; a reseller alone, or with its listed accounts, one call each. */
export const suspend: ChangeAction = {
  kind: 'change',
  name: 'suspend',
  group: 'danger',
  order: 80,
  highlight: false,
  danger: 'high',
  confirmation: { preview: true, domain: false, accounts: true },
  needs: ['suspend-acct', 'acct-summary'],
  extra_scope: 'accounts:cascade',
  result: { open: false, changed: ['service', 'fields'] },

  judge: (situation) =>
    situation.service.state === 'suspended' ? NOT_APPLICABLE : onAccount(situation),

  form: (situation) =>
    form(
      {
        reason: choice('reason', REASONS),
        client_text: text('client_text', { maxLength: 200 }),
        staff_note: text('staff_note', { maxLength: 500 }, { widget: 'textarea' }),
        lock: tick('lock', { default: false }),
        keep_ftp: tick('keep_ftp', { default: false }),
        ...(ownSnapshot(situation)?.reseller === true
          ? { scope: choice('scope', ['alone', 'with_accounts'], { default: 'alone' }) }
          : {}),
      },
      ['reason'],
    ),

  alreadySo: ({ service }) => service.identity !== null && service.state === 'suspended',
  cascades: reachesOwned,

  async preview(panel, situation, input) {
    const account = await readOwnAccount(panel, situation)
    if (!account.ok) return account
    const { username, domain, owned, reseller } = account.value
    const cascades = reseller === true && input.scope === 'with_accounts'
    if (cascades && owned === null) return refusedFor('owned_unknown')
    const reached: readonly AccountBrief[] = cascades ? (owned ?? []) : []
    return {
      ok: true,
      value: {
        accounts: [...reached, account.value],
        limits: [],
        effects: [
          { code: 'effect.site_stops', params: { domain } },
          { code: 'effect.mail_stops', params: { domain } },
          { code: 'effect.login_stops', params: { username } },
          ...(reached.length === 0
            ? []
            : [{ code: 'effect.accounts_suspended', params: { count: reached.length + 1 } }]),
          ...(reseller === true && !cascades ? [{ code: 'effect.reseller_alone' }] : []),
          ...(input.keep_ftp === true ? [{ code: 'effect.ftp_stays' }] : []),
          ...(input.lock === true ? [{ code: 'effect.locked' }] : []),
        ],
        irreversible: [],
      },
    }
  },

  plan(situation, input, consequences) {
    const identity = identityOf(situation)
    const others = (consequences?.accounts ?? []).filter(
      ({ username }) => username !== identity.username,
    )
    const reached = reachesOwned(situation, input) ? others : []
    const params = {
      reason: serverReason(input),
      lock: input.lock === true,
      keep_ftp: input.keep_ftp === true,
      alone: reached.length === 0,
    }
    // Its own account last: until then the reseller can see what happens, and what is left can be tried again.
    return [
      ...reached.map((account) => ({
        name: 'suspend',
        account: account.username,
        params: { ...params, expect: expectedOf(account, { owner: account.owner }) },
      })),
      {
        name: 'suspend',
        account: identity.username,
        params: { ...params, expect: expectedOf(identity) },
      },
    ]
  },

  settle: (_situation, input, after) => ({
    change: {
      state: after?.suspended === false ? 'active' : 'suspended',
      suspend_reason: serverReason(input),
      ...clientText(input),
    },
    result: {
      show: [
        {
          key: 'suspend_reason',
          label: 'result.suspend_reason',
          format: 'text',
          value: after?.suspend_reason ?? serverReason(input),
        },
      ],
      changed: ['service', 'fields'],
    },
  }),
}
