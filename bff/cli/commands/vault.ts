import { z } from 'zod'
import { type Command, understood } from './command.ts'
import { table } from './table.ts'

const statusSchema = z.object({
  keys: z.array(
    z.object({
      id: z.string(),
      use: z.string(),
      sealed: z.record(z.string(), z.number()),
      may_be_dropped: z.boolean(),
    }),
  ),
  unreadable: z.record(z.string(), z.number()),
})
const resealedSchema = z.object({ resealed: z.number(), unreadable: z.number() })

const UNREADABLE =
  'They were moved or written by somebody else, or their key is another one of the same name. Type the tokens of those servers anew.'

function shownStatus(body: unknown): string {
  const { keys, unreadable } = statusSchema.parse(body)
  const columns = Object.keys(unreadable)
  const rows = keys.map(({ id, use, sealed, may_be_dropped }) => [
    id,
    use,
    ...columns.map((column) => String(sealed[column] ?? 0)),
    use === 'previous' ? (may_be_dropped ? 'yes' : 'no') : '',
  ])
  const broken = columns.filter((column) => (unreadable[column] ?? 0) > 0)
  return [
    table([['key', 'use', ...columns, 'may be dropped'], ...rows]),
    ...broken.map((column) => `${unreadable[column]} of ${column} do not open. ${UNREADABLE}\n`),
  ].join('')
}

export const vaultCommands: readonly Command[] = [
  {
    name: 'vault status',
    read: async (args) => understood(args, {}, () => ({ method: 'GET', path: '/vault' })),
    show: shownStatus,
  },
  {
    name: 'vault reseal',
    read: async (args) => understood(args, {}, () => ({ method: 'POST', path: '/vault/reseal' })),
    show(body) {
      const { resealed, unreadable } = resealedSchema.parse(body)
      const broken = unreadable === 0 ? '' : `${unreadable} do not open. ${UNREADABLE}\n`
      return `Sealed anew: ${resealed}.\n${broken}`
    },
  },
]
