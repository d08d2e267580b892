import type { ChangeAction } from '../../provider.ts'
import { expectedOf } from '../standing.ts'
import { form, given, text } from './form-fields.ts'
import { identityOf, onAccount, ownSnapshot, readOwnAccount, refusedFor } from './judging.ts'

const normal = (value: unknown) => String(value).trim().toLowerCase().replace(/\.$/, '')

/** Gives the account another primary domain. */
export const changeDomain: ChangeAction = {
  kind: 'change',
  name: 'change-domain',
  group: 'account',
  order: 31,
  highlight: false,
  danger: 'medium',
  confirmation: { preview: true, domain: false, accounts: false },
  needs: ['edit-account', 'acct-summary'],
  result: { open: false, changed: ['service', 'fields'] },

  judge: (situation) => onAccount(situation),
  form: () =>
    form({ domain: text('domain', { format: 'hostname', maxLength: 253 }, { widget: 'text' }) }, [
      'domain',
    ]),

  alreadySo: (situation, input) =>
    ownSnapshot(situation)?.domain.toLowerCase() === normal(input.domain),

  async preview(panel, situation, input) {
    const after = given(input.domain)
    if (after === undefined) return refusedFor('domain_invalid')
    const account = await readOwnAccount(panel, situation)
    if (!account.ok) return account
    const before = account.value.domain
    return {
      ok: true,
      value: {
        accounts: [account.value],
        limits: [],
        effects: [
          { code: 'effect.domain_changes', params: { before, after: normal(after) } },
          { code: 'effect.old_domain_stops', params: { domain: before } },
          { code: 'effect.certificate_needed' },
        ],
        irreversible: [],
      },
    }
  },

  plan(situation, input) {
    const identity = identityOf(situation)
    return [
      {
        name: 'change-domain',
        account: identity.username,
        params: { expect: expectedOf(identity), domain: normal(input.domain), alone: true },
      },
    ]
  },

  settle: (_situation, input, after) => {
    const domain = after?.domain ?? normal(input.domain)
    return {
      change: { domain },
      result: {
        show: [{ key: 'domain', label: 'result.domain', format: 'text', value: domain }],
        changed: ['service', 'fields'],
      },
    }
  },
}
