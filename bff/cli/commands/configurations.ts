import { type Command, understood } from './command.ts'
import { contentOf } from './content.ts'
import { added, shown } from './table.ts'

export const configurationCommands: readonly Command[] = [
  {
    name: 'configuration add',
    async read(args) {
      const one = { type: 'string' } as const
      return understood(
        args,
        {
          tenant: one,
          label: one,
          host: one,
          port: one,
          user: one,
          'token-file': one,
          ca: one,
          fingerprint: one,
          spki: one,
        },
        (values) => ({
          method: 'POST',
          path: '/configurations',
          body: {
            tenant: values.tenant ?? '',
            label: values.label,
            host: values.host,
            ...(values.port === undefined ? {} : { port: Number(values.port) }),
            user: values.user,
            token: contentOf(values['token-file'])?.trim(),
            ...(values.ca === undefined ? {} : { pin: { ca: contentOf(values.ca) } }),
            ...(values.fingerprint === undefined
              ? {}
              : { pin: { fingerprint: String(values.fingerprint).toUpperCase() } }),
            ...(values.spki === undefined ? {} : { pin: { spki: values.spki } }),
          },
        }),
      )
    },
    show: (body) => added('configuration', body),
  },
  {
    name: 'configuration list',
    async read(args) {
      return understood(args, { tenant: { type: 'string' } }, (values) => ({
        method: 'GET',
        path:
          values.tenant === undefined
            ? '/configurations'
            : `/configurations?tenant=${encodeURIComponent(String(values.tenant))}`,
      }))
    },
    show: (body) =>
      shown(body, 'configurations', ['id', 'tenant', 'label', 'host', 'port', 'user', 'services']),
  },
]
