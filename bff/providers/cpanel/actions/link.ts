import type { ChangeAction } from '../../provider.ts'
import { isProtected } from '../protected.ts'
import { form, given, text } from './form-fields.ts'
import { NOT_APPLICABLE, refusedFor, unless } from './judging.ts'

/** Binds the service to an account that is there already. The server is not touched. */
export const link: ChangeAction = {
  kind: 'change',
  name: 'link',
  group: 'record',
  order: 70,
  highlight: false,
  danger: 'high',
  confirmation: { preview: true, domain: true, accounts: false },
  needs: ['acct-summary'],
  extra_scope: 'accounts:link',
  result: { open: false, changed: ['service', 'fields', 'usage'] },

  judge: ({ service }) =>
    service.identity !== null
      ? NOT_APPLICABLE
      : unless(
          service.domain === null
            ? { code: 'reason.domain_missing', remedy: 'remedy.domain_missing' }
            : undefined,
        ),
  form: () =>
    form(
      {
        username: text(
          'account',
          { pattern: '[A-Za-z0-9][A-Za-z0-9_.-]{0,31}' },
          { choices: 'accounts' },
        ),
      },
      ['username'],
    ),

  alreadySo: () => false,
  binds: (input) => given(input.username)?.toLowerCase(),

  async preview(panel, { service, api_user }, input) {
    const username = given(input.username)?.toLowerCase()
    if (username === undefined) return refusedFor('account_not_found')
    if (isProtected(username, api_user)) return refusedFor('protected_account')
    const account = await panel.account(username)
    if (!account.ok) return account
    if (account.value === null) return refusedFor('account_not_found')
    const { domain, reseller } = account.value
    if (reseller === null) return refusedFor('reseller_unknown')
    if (reseller) return refusedFor('reseller_refused')
    return {
      ok: true,
      value: {
        accounts: [account.value],
        limits:
          account.value.package === service.package
            ? []
            : [{ key: 'package', before: service.package ?? '–', after: account.value.package }],
        effects: [
          { code: 'effect.linked', params: { username, domain } },
          ...(service.domain !== null && service.domain.toLowerCase() !== domain.toLowerCase()
            ? [
                {
                  code: 'effect.record_domain_changes',
                  params: { before: service.domain, after: domain },
                },
              ]
            : []),
        ],
        irreversible: [],
      },
    }
  },

  prepare: async (_panel, _situation, input, secrets) => ({
    ok: true,
    value: {
      input: { ...input, username: String(input.username).trim().toLowerCase() },
      secrets,
    },
  }),

  plan: () => [],

  settle: (_situation, _input, after) =>
    // Gone, or grown into a reseller since it was read: nothing is bound.
    after === null || after.reseller !== false
      ? { change: {}, result: { show: [], changed: [] } }
      : {
          change: {
            state: after.suspended ? 'suspended' : 'active',
            bind: {
              username: after.username,
              started_at: after.started_at,
              uid: after.uid,
              domain: after.domain,
              owner: after.owner,
            },
            package: after.package,
          },
          result: {
            show: [
              {
                key: 'username',
                label: 'result.username',
                format: 'text',
                value: after.username,
              },
              { key: 'domain', label: 'result.domain', format: 'text', value: after.domain },
            ],
            changed: ['service', 'fields', 'usage'],
          },
        },
}
