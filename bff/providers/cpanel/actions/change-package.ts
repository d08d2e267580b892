import type { Message } from '../../../contract/text.ts'
import type { AccountSnapshot, ChangeAction, Consequences } from '../../provider.ts'
import { readItem } from '../account.ts'
import { ours } from '../cpanel-panel.ts'
import { findPackage, isPackage, type Package } from '../packages.ts'
import { bytesOf } from '../quantities.ts'
import { expectedOf } from '../standing.ts'
import { form, given, text } from './form-fields.ts'
import { identityOf, onAccount, ownSnapshot, readOwnAccount, refusedFor } from './judging.ts'

/** Limits that both the account and the package tell, where they differ. Pure. */
function limitsChanging(
  account: AccountSnapshot,
  target: Package | undefined,
): Consequences['limits'] {
  if (target === undefined) return []
  return Object.entries(account.limits).flatMap(([key, before]) => {
    const after = target.limits[key]
    return after === undefined || after === before ? [] : [{ key, before, after }]
  })
}

/** Gives the account another package. Whether it is a reseller is never touched. */
export const changePackage: ChangeAction = {
  kind: 'change',
  name: 'change-package',
  group: 'account',
  order: 30,
  highlight: false,
  danger: 'medium',
  confirmation: { preview: true, domain: false, accounts: false },
  needs: ['upgrade-account', 'acct-summary'],
  result: { open: false, changed: ['service', 'fields', 'usage'] },

  judge: (situation) => onAccount(situation),
  form: () =>
    form({ package: text('package', { minLength: 1, maxLength: 128 }, { choices: 'packages' }) }, [
      'package',
    ]),

  alreadySo: (situation, input) =>
    isPackage(
      ownSnapshot(situation)?.package ?? situation.service.package,
      String(input.package),
      situation.api_user,
    ),

  async preview(panel, situation, input) {
    const { client, target } = ours(panel)
    const wanted = given(input.package)
    if (wanted === undefined) return refusedFor('package_not_found')
    const account = await readOwnAccount(panel, situation)
    if (!account.ok) return account
    const found = await findPackage(client, wanted, target.user)
    if (!found.ok) return found
    const item = await readItem(client, account.value.username)
    const used = item.ok && item.value !== null ? bytesOf(item.value.diskused) : undefined
    const room = found.value?.limits.disk
    const limits = limitsChanging(account.value, found.value)
    const effects: Message[] = [
      {
        code: 'effect.package_changes',
        params: { before: account.value.package, after: found.value?.name ?? wanted },
      },
      ...(limits.length === 0 ? [] : [{ code: 'effect.limits_change' }]),
      ...(used !== undefined && typeof room === 'number' && used > room
        ? [{ code: 'effect.over_new_limits' }]
        : []),
    ]
    return { ok: true, value: { accounts: [account.value], limits, effects, irreversible: [] } }
  },

  async prepare(panel, _situation, input, secrets) {
    const { client, target } = ours(panel)
    const found = await findPackage(client, String(input.package), target.user)
    if (!found.ok) return found
    return {
      ok: true,
      value: { input: { ...input, package: found.value?.name ?? String(input.package) }, secrets },
    }
  },

  plan(situation, input) {
    const identity = identityOf(situation)
    return [
      {
        name: 'change-package',
        account: identity.username,
        params: {
          expect: expectedOf(identity),
          package: String(input.package),
          alone: true,
        },
      },
    ]
  },

  settle: (_situation, input, after) => ({
    change: { package: after?.package ?? String(input.package) },
    result: {
      show: [
        {
          key: 'package',
          label: 'result.package',
          format: 'text',
          value: after?.package ?? String(input.package),
        },
      ],
      changed: ['service', 'fields', 'usage'],
    },
  }),
}
