import { type Command, understood } from './command.ts'
import { shown } from './table.ts'

export const limitCommands: readonly Command[] = [
  {
    name: 'limits',
    async read(args) {
      return understood(args, { tenant: { type: 'string' } }, (values) => ({
        method: 'GET',
        path:
          values.tenant === undefined
            ? '/limits'
            : `/limits?tenant=${encodeURIComponent(String(values.tenant))}`,
      }))
    },
    show: (body) =>
      shown(body, 'limits', [
        'tenant',
        'label',
        'created_today',
        'creates',
        'deleted_today',
        'deletes',
        'resets_at',
        'token',
        'service',
        'per_tenant',
      ]),
  },
]
