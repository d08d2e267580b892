import { z } from 'zod'
import { type Command, understood } from './command.ts'
import { shownSafely } from './table.ts'

const one = { type: 'string' } as const
const flag = { type: 'boolean' } as const

const erasedSchema = z.object({
  dry_run: z.boolean(),
  tables: z.record(z.string(), z.number()),
  entries_by: z.object({ subject: z.number(), name: z.number(), words: z.number() }),
  called: z.array(z.string()),
  unfinished: z.array(z.string()),
  living: z.array(z.string()),
  unreadable: z.number(),
  bytes: z.enum(['rewritten', 'busy', 'server', 'left']),
})

/** Ids that fit on a line. */
const SHOWN = 20

function some(ids: readonly string[]): string {
  const more = ids.length > SHOWN ? ` and ${ids.length - SHOWN} more (--json has all)` : ''
  return `${ids.slice(0, SHOWN).join(', ')}${more}`
}

const BYTES: Readonly<Record<z.infer<typeof erasedSchema>['bytes'], string>> = {
  rewritten:
    'The database file was written anew: no old bytes are left in it or in its log of writes.',
  busy: 'Another program is reading the database file, so old bytes may be left in it: give the command again.',
  server:
    'The files of a database server are not ours to clean: bff/log/README.md says what to do about old bytes there.',
  left: 'Old bytes are left in free pages of the database file until it is written anew.',
}

export const peopleCommands: readonly Command[] = [
  {
    name: 'person erase',
    async read(args) {
      return understood(
        args,
        {
          tenant: one,
          subject: one,
          name: { type: 'string', multiple: true },
          'dry-run': flag,
          'keep-bytes': flag,
        },
        (values) => ({
          method: 'POST',
          path: '/people/erase',
          body: {
            tenant: values.tenant,
            subject: values.subject,
            names: values.name,
            dry_run: values['dry-run'],
            keep_bytes: values['keep-bytes'],
          },
        }),
      )
    },
    show(body) {
      const { dry_run, tables, entries_by, called, unfinished, living, unreadable, bytes } =
        erasedSchema.parse(body)
      const rows = Object.entries(tables).map(([table, count]) => `  ${table.padEnd(10)} ${count}`)
      const { subject, name, words } = entries_by
      const lines = [
        dry_run ? 'This would be erased; nothing was changed.' : 'Erased the person’s details.',
        ...rows,
        `Entries of the log were found by subject: ${subject}, by name alone: ${name}, by words: ${words}.`,
        ...(name === 0
          ? []
          : ['By name alone means that whoever else has that name is erased there with them.']),
        ...(called.length === 0
          ? []
          : [
              `They were called ${called.map(shownSafely).join(', ')}: with --name, words are looked through for that too.`,
            ]),
        ...(unfinished.length === 0
          ? []
          : [
              `Operations that have not ended name them, so give the command again when they have: ${some(unfinished)}`,
            ]),
        ...(living.length === 0
          ? []
          : [
              `Accounts in use name them; change that there or delete them, then give the command again: ${some(living)}`,
            ]),
        ...(unreadable === 0
          ? []
          : [
              `Entries of the log that cannot be read, so nobody knows whom they name: ${unreadable}. \`provision audit verify\` says which.`,
            ]),
        ...(dry_run ? [] : [BYTES[bytes]]),
      ]
      return `${lines.join('\n')}\n`
    },
  },
]
