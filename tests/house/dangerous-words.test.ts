import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sources } from './tree.ts'

/** A word that is a danger wherever it stands, but for where it is needed and why it does no harm there. */
interface Danger {
  readonly what: string
  readonly word: RegExp
  /** Where it is looked for. */
  readonly in: RegExp
  /** Files in which it may stand. */
  readonly but?: readonly string[]
  /** Something that must be found, or this rule sees nothing. */
  readonly planted: string
}

const EVERYWHERE = /^(?:bff|db|widgets)\//
const WIDGETS = /^widgets\//
const BFF = /^(?:bff|db)\//

const DANGERS: readonly Danger[] = [
  {
    what: 'text that is run as a program',
    word: /\beval\s*\(|\bnew Function\b|['"]node:vm['"]|set(?:Timeout|Interval)\(\s*['"`]/,
    in: EVERYWHERE,
    planted: 'eval(text)',
  },
  {
    what: 'a shell',
    word: /\bshell:\s*(?!false)|\bexec(?:Sync)?\b[^\n]*from 'node:child_process'/,
    in: EVERYWHERE,
    // On Windows npm is a batch file; nothing that is typed goes into that command.
    but: ['bff/cli/ensure-installed.mjs', 'bff/cli/ensure-built.mjs'],
    planted: "spawn('sh', { shell: true })",
  },
  {
    what: 'chance that can be foreseen, but for spreading what would come all at once',
    word: /Math\.random/,
    in: EVERYWHERE,
    but: [
      'bff/operations/feed.ts',
      'bff/providers/cpanel/whm-client.ts',
      'db/pause.ts',
      'db/migrate.ts',
      'widgets/session/ports.ts',
    ],
    planted: 'const id = Math.random()',
  },
  {
    what: 'a weak digest or cipher',
    word: /['"`](?:md5|sha1|rc4|des|des-ede3|aes-\d+-(?:ecb|cbc))['"`]/i,
    in: EVERYWHERE,
    planted: "createHash('md5')",
  },
  {
    what: 'what a proxy is said to have written',
    word: /x-forwarded|x-real-ip|['"]forwarded['"]|x-original-url|x-http-method-override/i,
    in: BFF,
    // From a proxy the operator has named, and to hold back only: no right comes from it.
    but: ['bff/http/client-address.ts'],
    planted: "c.req.header('x-forwarded-for')",
  },
  {
    what: 'credentials of other origins',
    word: /access-control-allow-credentials|credentials:\s*['"]include['"]/i,
    in: EVERYWHERE,
    planted: "headers.set('access-control-allow-credentials', 'true')",
  },
  {
    what: 'a redirect that is followed',
    word: /redirect:\s*['"]follow['"]|maxRedirections/,
    in: EVERYWHERE,
    planted: "fetch(url, { redirect: 'follow' })",
  },
  {
    what: 'what a browser keeps',
    word: /\b(?:localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open)\b/,
    in: WIDGETS,
    planted: "localStorage.setItem('token', token)",
  },
  {
    what: 'messages between windows',
    word: /\bpostMessage\b|addEventListener\(\s*['"]message['"]|\bonmessage\b/,
    in: WIDGETS,
    planted: "window.addEventListener('message', take)",
  },
  {
    what: 'text that is read as markup',
    word: /\.(?:inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|createContextualFragment|\bunsafe(?:HTML|SVG|Static)\b/,
    in: WIDGETS,
    planted: 'element.outerHTML = text',
  },
  {
    what: 'a parser Node calls insecure',
    word: /insecureHTTPParser|--insecure/,
    in: BFF,
    planted: 'createServer({ insecureHTTPParser: true })',
  },
]

function found({ word, in: where, but = [] }: Danger, path: string, source: string): boolean {
  return where.test(path) && !but.includes(path) && word.test(source)
}

// What an operator or a developer tries the product with is no part of it.
const product = new Map(
  [...sources(['bff', 'db', 'widgets'], /\.(?:ts|mjs)$/)].filter(
    ([path]) => !path.startsWith('bff/demo/'),
  ),
)

describe('the product holds none of what is dangerous anywhere', () => {
  for (const danger of DANGERS)
    it(`such as ${danger.what}`, () =>
      assert.deepEqual(
        [...product].filter(([path, source]) => found(danger, path, source)).map(([path]) => path),
        [],
      ))
})

describe('a danger that is planted', () => {
  for (const danger of DANGERS)
    it(`is found: ${danger.what}`, () =>
      assert.equal(
        found(danger, danger.in === WIDGETS ? 'widgets/a.ts' : 'bff/a.ts', danger.planted),
        true,
      ))
})

describe('a file that may hold something dangerous', () => {
  it('holds it: a permission nobody uses is taken back', () =>
    assert.deepEqual(
      DANGERS.flatMap(({ word, but = [] }) =>
        but.filter((path) => !word.test(product.get(path) ?? '')),
      ),
      [],
    ))
})
