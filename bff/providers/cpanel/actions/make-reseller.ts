import type { ChangeAction } from '../../provider.ts'
import { ours } from '../cpanel-panel.ts'
import { expectedOf } from '../standing.ts'
import { readResellerLimits } from '../usage.ts'
import { form, given } from './form-fields.ts'
import {
  identityOf,
  onAccount,
  ownSnapshot,
  readOwnAccount,
  refusedFor,
  unless,
} from './judging.ts'
import {
  askedList,
  limitChanges,
  limitsAsked,
  ownerSelfField,
  resellerFields,
  resellerSteps,
  rightsGranted,
} from './reseller-part.ts'

/** Lets the account make accounts of its own; on a reseller it replaces rights and limits. */
export const makeReseller: ChangeAction = {
  kind: 'change',
  name: 'make-reseller',
  group: 'reseller',
  order: 40,
  highlight: false,
  danger: 'medium',
  confirmation: { preview: true, domain: false, accounts: false },
  needs: ['all'],
  result: { open: false, changed: ['service', 'fields'] },
  label: (situation) =>
    ownSnapshot(situation)?.reseller === true
      ? 'action.edit-reseller.label'
      : 'action.make-reseller.label',

  judge: (situation) =>
    onAccount(situation, (snapshot) =>
      unless(
        snapshot !== undefined && snapshot.reseller === null
          ? { code: 'reason.reseller_unknown', remedy: 'remedy.reseller_unknown' }
          : undefined,
      ),
    ),
  form: () => form({ owner_self: ownerSelfField(), ...resellerFields() }),
  check(situation, input) {
    const account = ownSnapshot(situation)
    // Who owns a reseller is settled when it becomes one.
    return input.owner_self === true &&
      account?.reseller === true &&
      account.owner !== account.username
      ? [{ pointer: '/input/owner_self', code: 'const', params: {} }]
      : []
  },

  alreadySo: (situation, input) =>
    ownSnapshot(situation)?.reseller === true &&
    given(input.acl) === undefined &&
    Object.keys(limitsAsked(input)).length === 0,

  async preview(panel, situation, input) {
    const { client } = ours(panel)
    const account = await readOwnAccount(panel, situation)
    if (!account.ok) return account
    const { username, reseller } = account.value
    if (reseller === null) return refusedFor('reseller_unknown')
    const list = await askedList(client, input)
    if (!list.ok) return list
    const asked = limitsAsked(input)
    const present = reseller ? await readResellerLimits(client, username) : undefined
    if (present !== undefined && !present.ok) return present
    return {
      ok: true,
      value: {
        accounts: [account.value],
        limits: limitChanges(asked, present?.value),
        effects: [
          {
            code: reseller ? 'effect.reseller_rights_change' : 'effect.becomes_reseller',
            params: { username },
          },
          ...rightsGranted(list.value),
          ...(!reseller && input.owner_self === true
            ? [{ code: 'effect.owns_itself', params: { username } }]
            : []),
        ],
        irreversible: [],
      },
    }
  },

  plan(situation, input) {
    const identity = identityOf(situation)
    return resellerSteps(
      identity.username,
      expectedOf(identity),
      input,
      ownSnapshot(situation)?.reseller === true,
    )
  },

  settle: ({ service }, input, after) => ({
    // That it owns itself was asked for: our record follows, and nothing looks as if it had been given away.
    change:
      after !== null && input.owner_self === true && after.owner === after.username
        ? {
            bind: {
              username: after.username,
              started_at: after.started_at,
              uid: after.uid,
              domain: service.domain ?? after.domain,
              owner: after.owner,
            },
          }
        : {},
    result: {
      show: [{ key: 'reseller', label: 'result.reseller', format: 'boolean', value: true }],
      changed: ['service', 'fields'],
    },
  }),
}
