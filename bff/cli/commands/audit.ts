import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { FINDINGS } from '../../log/chain/findings.ts'
import { type PublicKey, publicKeySchema } from '../../log/chain/keys.ts'
import { verifyExport } from '../../log/export/verify-export.ts'
import { type Command, type LocalRequest, understood, type Values } from './command.ts'
import { contentOf } from './content.ts'
import { listOf, shown } from './table.ts'

const many = { type: 'string', multiple: true } as const
const one = { type: 'string' } as const
const flag = { type: 'boolean' } as const

/** A compact JWS wherever it stands: a file with a head, or the log of a process that names many. */
const JWS = /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{80,}/g

const keyListSchema = z.object({ keys: z.array(publicKeySchema) })

/** The keys of a file that `audit keys --json` has written. */
function keysOf(path: unknown): PublicKey[] | undefined {
  const text = contentOf(path)
  return text === undefined ? undefined : keyListSchema.parse(JSON.parse(text)).keys
}

function headsOf(values: Values): string[] | undefined {
  if (!Array.isArray(values.head)) return undefined
  const found = values.head.flatMap((path) => contentOf(path)?.match(JWS) ?? [])
  // To verify against nothing would say more than is known.
  if (found.length === 0) throw new Error('--head was given a file without a signed head.')
  return [...new Set(found)]
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function shownLog(log: Record<string, unknown>): string {
  const cut = member(log, 'cut')
  const lines = [
    `${String(log.tenant)}: ${log.ok === true ? 'whole' : 'NOT WHOLE'}, ${String(log.links)} entries up to no. ${String(log.seq)}, held against ${String(log.heads)} signed heads`,
    ...(typeof cut === 'object' && cut !== null
      ? [
          `  cut: up to no. ${String(member(cut, 'seq'))}, what was sealed before ${String(member(cut, 'before'))}`,
        ]
      : []),
    ...(log.erased === 0 || log.erased === undefined
      ? []
      : [`  erased: a person’s details in ${String(log.erased)} entries`]),
    ...listOf(log, 'findings').map(
      ({ seq, entry, text }) =>
        `  ${seq === null ? '' : `no. ${String(seq)} `}${entry === null ? '' : `${String(entry)} `}${String(text)}`,
    ),
    ...(log.more === true ? ['  and more than can be listed'] : []),
  ]
  return `${lines.join('\n')}\n`
}

function moment(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  return /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00Z` : value
}

/** An export is looked through where it lies: it proves itself, and no BFF is asked. */
function verifyFile(args: readonly string[]): LocalRequest | { readonly misused: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { file: one, keys: one, head: many, json: flag },
      allowPositionals: false,
    })
    const { file } = values
    const keys = keysOf(values.keys)
    const heads = headsOf(values) ?? []
    if (file === undefined || keys === undefined)
      return { misused: '--file wants --keys: a file that `provision audit keys --json` wrote.' }
    return {
      json: values.json === true,
      async local() {
        // JSON escapes every carriage return of its own.
        const lines = createInterface({
          input: createReadStream(file, 'utf8'),
          crlfDelay: Infinity,
        })
        const { findings, ...verdict } = await verifyExport(lines, keys, heads)
        const told = findings.map((finding) => ({ ...finding, text: FINDINGS[finding.what] }))
        return { ok: verdict.ok, logs: [{ ...verdict, heads: heads.length + 1, findings: told }] }
      },
    }
  } catch (error) {
    return {
      misused: error instanceof Error ? error.message : 'The command line is not understood.',
    }
  }
}

export const auditCommands: readonly Command[] = [
  {
    name: 'audit verify',
    async read(args) {
      if (args.some((arg) => arg === '--file' || arg.startsWith('--file='))) return verifyFile(args)
      return understood(args, { tenant: one, head: many, keys: one }, (values) => ({
        method: 'POST',
        path: '/audit/verify',
        body: { tenant: values.tenant, heads: headsOf(values), keys: keysOf(values.keys) },
      }))
    },
    show: (body) => listOf(body, 'logs').map(shownLog).join('') || 'No log yet.\n',
    failed: (body) => member(body, 'ok') !== true,
  },
  {
    name: 'audit head',
    async read(args) {
      return understood(args, { tenant: one }, (values) => ({
        method: 'GET',
        path:
          values.tenant === undefined
            ? '/audit/head'
            : `/audit/head?tenant=${encodeURIComponent(String(values.tenant))}`,
      }))
    },
    show: (body) => shown(body, 'heads', ['tenant', 'seq', 'at', 'jws']),
  },
  {
    name: 'audit keys',
    async read(args) {
      return understood(args, { new: flag }, (values) => ({
        method: values.new === true ? 'POST' : 'GET',
        path: '/audit/keys',
      }))
    },
    show: (body) =>
      member(body, 'kid') === undefined
        ? shown(body, 'keys', ['kid', 'x', 'created_at', 'retired_at'])
        : `Signing with ${String(member(body, 'kid'))} from now on.\n`,
  },
  {
    name: 'audit retain',
    async read(args) {
      return understood(
        args,
        { tenant: one, before: one, 'keep-days': one, 'keep-forever': flag },
        (values) => ({
          method: 'POST',
          path: '/audit/retain',
          body: {
            tenant: values.tenant,
            before: moment(values.before),
            keep_days:
              values['keep-forever'] === true
                ? null
                : values['keep-days'] === undefined
                  ? undefined
                  : Number(values['keep-days']),
          },
        }),
      )
    },
    show(body) {
      const days = member(body, 'keep_days')
      if (days === null) return 'Entries are kept for ever.\n'
      if (days !== undefined) return `Entries are kept for ${String(days)} days.\n`
      return `Removed ${String(member(body, 'removed'))} entries.\n`
    },
  },
]
