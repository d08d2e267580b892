import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { operatorApp } from '../../../../bff/http/operator/operator.ts'
import { readWidgetFiles } from '../../../../bff/http/widget-files.ts'
import { type Brands, NORTH, openBrands, SOUTH } from '../../brands.ts'
import { CONFIGURATION_ROWS } from './configurations.ts'
import { LOG_ROWS } from './logs.ts'
import { OPEN_ROUTES, OPERATOR_ROUTES } from './open.ts'
import { OPERATION_ROWS } from './operations.ts'
import { COLUMNS, type Column, type Row } from './row.ts'
import { SERVICE_ROWS } from './services.ts'
import { authorizationOf } from './tokens.ts'

const ROWS = [...SERVICE_ROWS, ...OPERATION_ROWS, ...CONFIGURATION_ROWS, ...LOG_ROWS]

async function ask(
  brands: Brands,
  row: Row,
  path: string,
  authorization: string | undefined,
): Promise<Response> {
  const [method = ''] = row.route.split(' ')
  return brands.send(method, path, {
    ...(row.body === undefined ? {} : { body: row.body }),
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(method === 'POST' ? { 'idempotency-key': 'one-gesture' } : {}),
    },
  })
}

/** A stream is only begun: its words are told by the tests of the feed. */
async function textOf(response: Response): Promise<string> {
  const streams = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (streams !== true) return response.text()
  await response.body?.cancel()
  return ''
}

function cellOf(response: Response, text: string): string {
  if (response.status < 400) return String(response.status)
  const { code } = JSON.parse(text)
  return `${response.status} ${code} | ${response.headers.get('www-authenticate') ?? '-'}`
}

/** All of an answer: status, every header and every byte, but for the number of the request and how many it is. */
function wholeOf(response: Response, text: string): string {
  const masked = (value: string) =>
    value.replaceAll(/req_[0-9a-z]{26}/g, 'req_…').replace(/^"\w+";r=\d+;t=\d+$/, '…')
  const headers = [...response.headers].map(([name, value]) => `${name}: ${masked(value)}`).sort()
  return [response.status, ...headers, masked(text)].join('\n')
}

const isRefused = (cell: string) => Number(cell.slice(0, 3)) >= 400
const nameOf = ({ route, when }: Row) => (when === undefined ? route : `${route}, where ${when}`)

for (const row of ROWS) {
  describe(nameOf(row), () => {
    let shared: Brands
    before(async () => {
      shared = await openBrands()
    })
    after(async () => {
      assert.deepEqual(shared.reports, [])
      await shared.end()
    })

    for (const column of COLUMNS.filter((name) => isRefused(row[name]))) {
      it(`answers ${column} with ${row[column]}, and nothing has changed`, async () => {
        const authorization = await authorizationOf(column, row, shared)
        const rows = await shared.rows()
        const response = await ask(shared, row, row.path, authorization)
        const cell = cellOf(response, await textOf(response))
        assert.deepEqual(
          [cell, (await shared.rows()) === rows, response.headers.get('cache-control')],
          [row[column], true, 'no-store'],
        )
      })
      const { missing } = row
      if (row[column].startsWith('404') && missing !== undefined)
        it(`answers ${column} as if there were none, byte for byte`, async () => {
          const authorization = await authorizationOf(column, row, shared)
          const there = await ask(shared, row, row.path, authorization)
          const nowhere = await ask(shared, row, missing, authorization)
          assert.equal(wholeOf(there, await textOf(there)), wholeOf(nowhere, await textOf(nowhere)))
        })
    }

    for (const column of COLUMNS.filter((name) => !isRefused(row[name]))) {
      it(`answers ${column} with ${row[column]}`, async () => {
        // Who only reads is in nobody's way.
        const brands = row.route.startsWith('GET') ? shared : await openBrands()
        const others = column === 'tenant' ? NORTH : SOUTH
        const rows = await brands.rows(others.tenant)
        const response = await ask(
          brands,
          row,
          row.path,
          await authorizationOf(column, row, brands),
        )
        const text = await textOf(response)
        const after = await brands.rows(others.tenant)
        if (brands !== shared) await brands.end()
        assert.deepEqual(
          [cellOf(response, text), text.includes(others.mark), after === rows, brands.reports],
          [row[column], false, true, []],
        )
      })
    }
  })
}

describe('the table', () => {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-widgets-'))
  let brands: Brands
  before(async () => {
    mkdirSync(join(folder, '1'))
    writeFileSync(join(folder, '1/provision.js'), 'export {}\n')
    brands = await openBrands({ widgets: readWidgetFiles(folder) })
  })
  after(async () => {
    await brands.end()
    rmSync(folder, { recursive: true })
  })

  const routesOf = (app: { routes: readonly { method: string; path: string }[] }) => [
    ...new Set(
      app.routes
        // What every request passes is no route.
        .filter(({ method, path }) => !(method === 'ALL' && path === '/*'))
        .map(({ method, path }) => `${method} ${path}`),
    ),
  ]

  it('has a row for every route there is, and no other', () =>
    assert.deepEqual(
      routesOf(brands.bff.app.hono).sort(),
      [...new Set([...ROWS.map(({ route }) => route), ...Object.keys(OPEN_ROUTES)])].sort(),
    ))
  it('agrees with what the description publishes of scopes', async () => {
    const { paths } = JSON.parse(await (await brands.send('GET', '/v1/openapi.json')).text())
    const published = ROWS.filter(({ when }) => when === undefined).flatMap(({ route, needs }) => {
      const [method = '', path = ''] = route.split(' ')
      const said =
        paths[path.replaceAll(/:([a-z_]+)/g, '{$1}')]?.[method.toLowerCase()]?.['x-scope']
      return said === undefined || said.includes('{') || needs.includes(said) ? [] : [route]
    })
    assert.deepEqual(published, [])
  })
  for (const [route, { path, status }] of Object.entries(OPEN_ROUTES)) {
    it(`says that ${route} is for everybody, and looks at no token`, async () => {
      const [method = ''] = route.split(' ')
      const answers = []
      for (const column of ['right', 'none', 'header', 'malformed', 'expired'] as Column[]) {
        const [row] = ROWS
        const authorization =
          row === undefined ? undefined : await authorizationOf(column, row, brands)
        const response = await brands.send(method, path, {
          headers: authorization === undefined ? {} : { authorization },
        })
        answers.push([response.status, wholeOf(response, await response.text())])
      }
      assert.deepEqual(
        [answers[0]?.[0], new Set(answers.map(([, whole]) => whole)).size],
        [status, 1],
      )
    })
  }
  it('names every verb of the operator’s door', () => {
    const { configurations, vault } = brands.bff.rooms
    const door = operatorApp(
      { ...configurations, vault },
      { changed: () => undefined, report: () => undefined },
    )
    assert.deepEqual(routesOf(door).sort(), [...OPERATOR_ROUTES].sort())
  })
  for (const route of OPERATOR_ROUTES)
    it(`finds no ${route} on the network, whoever asks`, async () => {
      const [method = '', path = ''] = route.split(' ')
      const token = await brands.token()
      const bare = path.replaceAll(/:[a-z_]+/g, 'x')
      for (const prefix of ['', '/v1/operator', '/operator']) {
        const response = await brands.send(method, `${prefix}${bare}`, { token })
        assert.equal(response.status, 404)
      }
    })
})
