import type { ChangeAction, PlannedStep, Situation } from '../../provider.ts'
import { expectedOf } from '../standing.ts'
import { NO_FORM } from './form-fields.ts'
import {
  identityOf,
  NOT_APPLICABLE,
  onAccount,
  ownSnapshot,
  readOwnAccount,
  unless,
} from './judging.ts'

/** The accounts the last suspension reached that are still this reseller's, and nothing else it owns. Pure. */
function liftedToo(situation: Situation): PlannedStep[] {
  const lifted = situation.last_suspend?.accounts ?? []
  const reason = situation.last_suspend?.reason ?? null
  return (ownSnapshot(situation)?.owned ?? [])
    .filter(({ username }) => lifted.includes(username))
    .map((account) => ({
      name: 'unsuspend',
      account: account.username,
      params: {
        expect: expectedOf(account, { owner: account.owner }),
        alone: false,
        ...(reason === null ? {} : { reason }),
      },
    }))
}

/** Lifts what the last suspension did, no more. */
export const unsuspend: ChangeAction = {
  kind: 'change',
  name: 'unsuspend',
  group: 'account',
  order: 2,
  highlight: true,
  danger: 'none',
  confirmation: { preview: false, domain: false, accounts: false },
  needs: ['suspend-acct', 'acct-summary'],
  extra_scope: 'accounts:cascade',
  cancels_planned: true,
  result: { open: false, changed: ['service', 'fields'] },

  judge: (situation) =>
    situation.service.state === 'active'
      ? NOT_APPLICABLE
      : onAccount(situation, (snapshot) =>
          unless(
            snapshot?.locked === true &&
              situation.api_user !== 'root' &&
              situation.rights?.all !== true
              ? { code: 'reason.locked', remedy: 'remedy.locked' }
              : undefined,
          ),
        ),
  form: () => NO_FORM,

  alreadySo: ({ service }) => service.identity !== null && service.state === 'active',
  cascades: (situation) => liftedToo(situation).length > 0,

  async preview(panel, situation) {
    const account = await readOwnAccount(panel, situation)
    if (!account.ok) return account
    const reached = liftedToo(situation).map((step) => step.account)
    const owned = (account.value.owned ?? []).filter(({ username }) => reached.includes(username))
    return {
      ok: true,
      value: { accounts: [account.value, ...owned], limits: [], effects: [], irreversible: [] },
    }
  },

  plan(situation) {
    const identity = identityOf(situation)
    const others = liftedToo(situation)
    return [
      {
        name: 'unsuspend',
        account: identity.username,
        params: { expect: expectedOf(identity), alone: others.length === 0 },
      },
      ...others,
    ]
  },

  settle: (_situation, _input, after) => ({
    change: { state: after?.suspended === true ? 'suspended' : 'active' },
    result: { show: [], changed: ['service', 'fields'] },
  }),
}
