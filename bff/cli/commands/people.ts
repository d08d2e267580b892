import { type Command, understood } from './command.ts'

const told = (body: unknown, name: string) =>
  typeof body === 'object' && body !== null ? Number(Reflect.get(body, name)) : 0

export const peopleCommands: readonly Command[] = [
  {
    name: 'person erase',
    async read(args) {
      const one = { type: 'string' } as const
      return understood(
        args,
        { tenant: one, subject: one, name: { type: 'string', multiple: true } },
        (values) => ({
          method: 'POST',
          path: '/people/erase',
          body: { tenant: values.tenant, subject: values.subject, names: values.name },
        }),
      )
    },
    show(body) {
      const unfinished = told(body, 'unfinished')
      return `Erased the person’s details in ${told(body, 'entries')} entries of the log.\n${
        unfinished === 0
          ? ''
          : `${unfinished} operations are still under way and name them: give the command again when they have ended.\n`
      }`
    },
  },
]
