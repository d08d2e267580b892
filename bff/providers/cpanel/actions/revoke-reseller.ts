import type { ChangeAction } from '../../provider.ts'
import { expectedOf } from '../standing.ts'
import { NO_FORM } from './form-fields.ts'
import {
  identityOf,
  NOT_APPLICABLE,
  onAccount,
  ownSnapshot,
  readOwnAccount,
  refusedFor,
  unless,
} from './judging.ts'

/** Takes a reseller its rights; the accounts it owns stay and are listed. */
export const revokeReseller: ChangeAction = {
  kind: 'change',
  name: 'revoke-reseller',
  group: 'reseller',
  order: 41,
  highlight: false,
  danger: 'high',
  confirmation: { preview: true, domain: false, accounts: false },
  needs: ['all'],
  result: { open: false, changed: ['service', 'fields'] },

  judge: (situation) =>
    onAccount(situation, (snapshot) => {
      if (snapshot?.reseller === false) return NOT_APPLICABLE
      return unless(
        snapshot?.reseller === true
          ? undefined
          : { code: 'reason.reseller_unknown', remedy: 'remedy.reseller_unknown' },
      )
    }),
  form: () => NO_FORM,

  alreadySo: (situation) => ownSnapshot(situation)?.reseller === false,

  async preview(panel, situation) {
    const account = await readOwnAccount(panel, situation)
    if (!account.ok) return account
    const { username, reseller, owned } = account.value
    if (reseller !== true)
      return refusedFor(reseller === null ? 'reseller_unknown' : 'not_a_reseller')
    if (owned === null) return refusedFor('owned_unknown')
    return {
      ok: true,
      value: {
        accounts: [account.value, ...owned],
        limits: [],
        effects: [
          { code: 'effect.reseller_revoked', params: { username } },
          ...(owned.length === 0
            ? []
            : [{ code: 'effect.accounts_stay', params: { count: owned.length } }]),
        ],
        irreversible: [],
      },
    }
  },

  plan(situation) {
    const identity = identityOf(situation)
    return [
      {
        name: 'revoke-reseller',
        account: identity.username,
        params: { expect: expectedOf(identity), alone: true },
      },
    ]
  },

  settle: () => ({
    change: {},
    result: {
      show: [{ key: 'reseller', label: 'result.reseller', format: 'boolean', value: false }],
      changed: ['service', 'fields'],
    },
  }),
}
