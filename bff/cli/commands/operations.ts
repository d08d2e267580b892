import { type Command, understood } from './command.ts'
import { listOf, shown } from './table.ts'

export const operationCommands: readonly Command[] = [
  {
    name: 'operations',
    async read(args) {
      return understood(args, { stuck: { type: 'boolean' } }, (values) => ({
        method: 'GET',
        path: values.stuck === true ? '/operations?stuck=1' : '/operations',
      }))
    },
    show: (body) =>
      listOf(body, 'operations').length === 0
        ? 'No operation is under way.\n'
        : shown(body, 'operations', [
            'id',
            'tenant',
            'service',
            'action',
            'state',
            'since',
            'why',
            'stuck',
          ]),
  },
]
