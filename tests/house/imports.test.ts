import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { importsOf, violations } from './rooms.ts'
import { sources } from './tree.ts'

function check(path: string, source: string): string[] {
  return violations(new Map([[path, source]]))
}

describe('the imports of this repository', () => {
  const files = sources(['bff', 'db', 'widgets'], /\.(?:ts|mjs)$/)

  it('are found at all', () => {
    const count = [...files].reduce((sum, [path, text]) => sum + importsOf(path, text).length, 0)
    assert.ok(files.size > 10 && count > 20, `${files.size} files, ${count} imports`)
  })

  it('run down the house', () => {
    assert.deepEqual(violations(files), [])
  })
})

describe('an import that breaks a rule', () => {
  const planted: [rule: string, path: string, source: string][] = [
    ['upward inside the BFF', 'bff/auth/a.ts', "import { x } from '../http/x.ts'"],
    ['upward by type', 'bff/vault/a.ts', "import type { X } from '../operations/x.ts'"],
    ['upward by re-export', 'bff/texts/a.ts', "export * from '../http/x.ts'"],
    ['upward by import()', 'bff/http/a.ts', "const x = await import('../main.ts')"],
    ['upward by an inline type', 'bff/auth/a.ts', "type X = import('../http/x.ts').X"],
    ['upward in elements', 'widgets/session/a.ts', "import { x } from '../parts/x.ts'"],
    ['between two elements', 'widgets/fields/a.ts', "import { x } from '../actions/x.ts'"],
    [
      'elements take contract code',
      'widgets/parts/a.ts',
      "import { x } from '../../bff/contract/x.ts'",
    ],
    [
      'a value import that names types only',
      'widgets/parts/a.ts',
      "import { type X } from '../../bff/contract/x.ts'",
    ],
    [
      'elements take BFF types',
      'widgets/parts/a.ts',
      "import type { X } from '../../bff/http/x.ts'",
    ],
    ['elements take a package', 'widgets/parts/a.ts', "import { z } from 'zod'"],
    ['session takes Lit', 'widgets/session/store.ts', "import { html } from 'lit'"],
    ['a machine takes Lit', 'widgets/actions/machine.ts', "import { html } from 'lit/html.js'"],
    ['the BFF takes Lit', 'bff/http/a.ts', "import { html } from 'lit'"],
    ['the BFF takes an element', 'bff/http/a.ts', "import { x } from '../../widgets/parts/x.ts'"],
    ['db takes contract code', 'db/a.ts', "import { x } from '../bff/contract/x.ts'"],
    ['db takes BFF types', 'db/a.ts', "import type { X } from '../bff/services/x.ts'"],
    ['the contract takes a package', 'bff/contract/a.ts', "import { Hono } from 'hono'"],
    ['the contract takes Node', 'bff/contract/a.ts', "import { join } from 'node:path'"],
    ['the contract takes db', 'bff/contract/a.ts', "import type { X } from '../../db/schema.ts'"],
    [
      'the WHM demo takes the rest',
      'bff/demo/whm/a.ts',
      "import type { X } from '../../contract/x.ts'",
    ],
    ['the WHM demo takes its host', 'bff/demo/whm/a.ts', "import { x } from '../pages.ts'"],
    ['the WHM demo takes a package', 'bff/demo/whm/a.ts', "import { z } from 'zod'"],
    ['SQL outside db', 'bff/services/a.ts', "import { eq } from 'drizzle-orm'"],
    ['the driver outside db', 'bff/main.ts', "import { createClient } from '@libsql/client'"],
    ['the bare driver outside db', 'bff/cli/a.ts', "import Database from 'libsql'"],
    ['tables outside db', 'bff/services/a.ts', "import { services } from '../../db/schema.ts'"],
    ['a file in no room', 'bff/misc/a.ts', ''],
    ['a target in no room', 'bff/http/a.ts', "import { x } from '../misc/x.ts'"],
    ['out of the house', 'bff/http/a.ts', "import { x } from '../../tests/x.ts'"],
  ]
  for (const [rule, path, source] of planted) {
    it(`is found: ${rule}`, () => {
      assert.equal(check(path, source).length, 1)
    })
  }
})

describe('an import that keeps the rules', () => {
  const allowed: [rule: string, path: string, source: string][] = [
    ['downward', 'bff/http/a.ts', "import { x } from '../operations/x.ts'"],
    ['far downward', 'bff/cli/a.ts', "import { x } from '../../db/connect.ts'"],
    ['inside a room', 'bff/http/a.ts', "import { x } from './x.ts'"],
    ['between nouns', 'bff/usage/a.ts', "import { x } from '../services/x.ts'"],
    [
      'types of the contract in elements',
      'widgets/parts/a.ts',
      "import type { X } from '../../bff/contract/x.ts'",
    ],
    ['types of the contract in db', 'db/a.ts', "import type { X } from '../bff/contract/x.ts'"],
    ['Lit in an element', 'widgets/actions/element.ts', "import { html } from 'lit'"],
    [
      "Lit in the session's element",
      'widgets/session/provision-session.ts',
      "import { LitElement } from 'lit'",
    ],
    ['zod in the contract', 'bff/contract/a.ts', "import { z } from 'zod'"],
    [
      'certificates in the WHM demo',
      'bff/demo/whm/a.ts',
      "import { generate } from 'selfsigned'\nimport 'node:https'",
    ],
    ['SQL in db', 'db/a.ts', "import { eq } from 'drizzle-orm'"],
    [
      'words in a comment or a string',
      'bff/auth/a.ts',
      "// import '../http/x.ts'\nexport const s = \"import '../http/x.ts'\"",
    ],
  ]
  for (const [rule, path, source] of allowed) {
    it(`is left alone: ${rule}`, () => {
      assert.deepEqual(check(path, source), [])
    })
  }
})

describe('a file that does not parse', () => {
  it('is an error, not a file without imports', () => {
    assert.throws(() => importsOf('bff/http/a.ts', 'import {'), /bff\/http\/a\.ts/)
  })
})
