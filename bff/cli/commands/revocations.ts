import { type Command, understood } from './command.ts'
import { shown } from './table.ts'

const one = { type: 'string' } as const

/** What a command that revokes says when it is done. */
function revoked(what: string, body: unknown): string {
  const until: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, 'until') : undefined
  return `Revoked ${what}. No process lets it in from five seconds on; kept until ${String(until)}.\n`
}

function listing(noun: 'token' | 'subject', columns: readonly string[]): Command {
  return {
    name: `${noun} list`,
    async read(args) {
      return understood(args, { tenant: one }, (values) => ({
        method: 'GET',
        path: `/revoked-${noun}s?tenant=${encodeURIComponent(String(values.tenant ?? ''))}`,
      }))
    },
    show: (body) => shown(body, `${noun}s`, columns),
  }
}

export const revocationCommands: readonly Command[] = [
  {
    name: 'token revoke',
    async read(args) {
      return understood(args, { tenant: one, jti: one, expires: one }, (values) => ({
        method: 'POST',
        path: '/revoked-tokens',
        body: { tenant: values.tenant ?? '', jti: values.jti ?? '', expires: values.expires },
      }))
    },
    show: (body) => revoked('the token', body),
  },
  listing('token', ['digest', 'revoked_at', 'until']),
  {
    name: 'subject revoke',
    async read(args) {
      return understood(args, { tenant: one, subject: one }, (values) => ({
        method: 'POST',
        path: '/revoked-subjects',
        body: { tenant: values.tenant ?? '', subject: values.subject ?? '' },
      }))
    },
    show: (body) => revoked('every token that subject has now', body),
  },
  listing('subject', ['subject', 'not_before', 'until']),
]
