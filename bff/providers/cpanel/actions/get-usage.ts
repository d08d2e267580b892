import type { ReadAction, Shown } from '../../provider.ts'
import { form, text } from './form-fields.ts'
import { AVAILABLE, NOT_APPLICABLE, readOwnAccount } from './judging.ts'

const LIMIT_LABELS: Readonly<Record<string, string>> = {
  disk: 'limit.disk',
  bandwidth: 'limit.bandwidth',
  inodes: 'limit.inodes',
  accounts: 'limit.accounts',
  reseller_disk: 'limit.disk',
  reseller_bandwidth: 'limit.bandwidth',
}

function monthOf(now: number): string {
  return new Date(now).toISOString().slice(0, 7)
}

/** What the account uses in a month; parts may fail alone. */
export const getUsage: ReadAction = {
  kind: 'read',
  name: 'get-usage',
  group: 'account',
  order: 21,
  highlight: false,
  danger: 'none',
  confirmation: { preview: false, domain: false, accounts: false },
  needs: ['acct-summary'],
  result: { open: false, changed: ['usage'] },

  judge: ({ service }) =>
    service.identity === null || service.state === 'deleted' ? NOT_APPLICABLE : AVAILABLE,
  form: ({ now }) =>
    form({ month: text('month', { pattern: '20\\d\\d-(0[1-9]|1[0-2])', default: monthOf(now) }) }),
  check: ({ now }, { month }) =>
    typeof month === 'string' && month > monthOf(now)
      ? [{ pointer: '/input/month', code: 'pattern', params: {} }]
      : [],

  async run(panel, situation, { month }) {
    const account = await readOwnAccount(panel, situation)
    if (!account.ok) return account
    const parts = await panel.usage(
      account.value,
      typeof month === 'string' ? month : monthOf(situation.now),
    )
    const show = parts.flatMap((part): Shown[] => {
      const format = part.unit === 'bytes' ? 'bytes' : 'number'
      const used: Shown = {
        key: part.key,
        label: part.label,
        format,
        value: part.used,
        ...(part.error === undefined ? {} : { error: part.error }),
      }
      const label = LIMIT_LABELS[part.key]
      return part.error !== undefined || label === undefined
        ? [used]
        : [used, { key: `${part.key}_limit`, label, format, value: part.limit }]
    })
    return { ok: true, value: { show, warnings: [] } }
  },
}
