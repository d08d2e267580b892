import type { ReadAction, Shown } from '../../provider.ts'
import { NO_FORM } from './form-fields.ts'
import { AVAILABLE, NOT_APPLICABLE, readOwnAccount } from './judging.ts'

const notTold = { code: 'error.not_told' }

function text(key: string, value: string | null): Shown {
  return {
    key,
    label: `result.${key}`,
    format: 'text',
    value,
    ...(value === null ? { error: notTold } : {}),
  }
}

const at = (seconds: number) => new Date(seconds * 1000).toISOString()

/** What the server tells of the account; parts may fail alone. */
export const getInfo: ReadAction = {
  kind: 'read',
  name: 'get-info',
  group: 'account',
  order: 20,
  highlight: false,
  danger: 'none',
  confirmation: { preview: false, domain: false, accounts: false },
  needs: ['acct-summary'],
  result: { open: false, changed: [] },

  judge: ({ service }) =>
    service.identity === null || service.state === 'deleted' ? NOT_APPLICABLE : AVAILABLE,
  form: () => NO_FORM,

  async run(panel, situation) {
    const account = await readOwnAccount(panel, situation)
    if (!account.ok) return account
    const info = account.value
    const isClient = situation.role === 'client'
    const show: Shown[] = [
      text('username', info.username),
      text('domain', info.domain),
      text('package', info.package === '' ? null : info.package),
      text('ip', info.ip),
      text('email', info.email),
      {
        key: 'nameservers',
        label: 'result.nameservers',
        format: 'list',
        value: info.nameservers === null ? null : [...info.nameservers],
        ...(info.nameservers === null ? { error: notTold } : {}),
      },
      {
        key: 'reseller',
        label: 'result.reseller',
        format: 'boolean',
        value: info.reseller,
        ...(info.reseller === null ? { error: notTold } : {}),
      },
      {
        key: 'suspended',
        label: 'result.suspended',
        format: 'boolean',
        value: info.suspended,
      },
      ...(info.suspended ? [text('suspend_reason', info.suspend_reason)] : []),
      ...(info.suspended_at === null
        ? []
        : [
            {
              key: 'suspended_at',
              label: 'result.suspended_at',
              format: 'datetime' as const,
              value: at(info.suspended_at),
            },
          ]),
      {
        key: 'started_at',
        label: 'result.started_at',
        format: 'datetime',
        value: at(info.started_at),
      },
      // Who owns an account, and who may lift its suspension, is between the company and its server.
      ...(isClient ? [] : [text('owner', info.owner)]),
      ...(isClient || !info.suspended
        ? []
        : [
            {
              key: 'locked',
              label: 'result.locked',
              format: 'boolean' as const,
              value: info.locked,
            },
          ]),
      ...(isClient || info.owned === null || info.owned.length === 0
        ? []
        : [
            {
              key: 'accounts',
              label: 'result.accounts',
              format: 'list' as const,
              value: info.owned.map(({ username, domain }) => `${username} (${domain})`),
            },
          ]),
    ]
    return { ok: true, value: { show, warnings: [] } }
  },
}
