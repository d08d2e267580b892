import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

/** Which of the demo's provision configurations a product is ordered on. */
export type ServerChoice = 'main' | 'limited' | 'dead'

const productSchema = z.object({
  id: z.string(),
  name: z.string(),
  package: z.string(),
  domain: z.string(),
  server: z.enum(['main', 'limited', 'dead']),
  /** The account that was there before us; none for a new order. */
  username: z.string().optional(),
})
export type Product = z.infer<typeof productSchema>

export interface Client {
  readonly id: string
  readonly name: string
  readonly company: string
  readonly email: string
  readonly products: readonly Product[]
}

const CLIENTS: readonly Client[] = [
  {
    id: '1',
    name: 'Rosa Lindqvist',
    company: 'Lakeside Bakery',
    email: 'rosa@lakeside-bakery.example',
    products: [
      {
        id: '1041',
        name: 'Starter hosting',
        package: 'starter',
        domain: 'lakeside-shop.example',
        server: 'main',
      },
      {
        id: '1042',
        name: 'Starter hosting',
        package: 'starter',
        domain: 'lakeside-bakery.example',
        server: 'main',
        username: 'lakeside',
      },
      {
        id: '1043',
        name: 'Business hosting',
        package: 'business',
        domain: 'north-pine.example',
        server: 'main',
        username: 'northpine',
      },
      {
        id: '1044',
        name: 'Starter hosting',
        package: 'starter',
        domain: 'bigcat-photo.example',
        server: 'main',
        username: 'bigcat',
      },
    ],
  },
  {
    id: '2',
    name: 'Tom Okafor',
    company: 'Harbour Web Studio',
    email: 'tom@harbour-hosting.example',
    products: [
      {
        id: '1045',
        name: 'Reseller hosting',
        package: 'unlimited',
        domain: 'harbour-hosting.example',
        server: 'main',
        username: 'harbour',
      },
    ],
  },
  {
    id: '3',
    name: 'Mina Haddad',
    company: 'Olive Tree Clinic',
    email: 'mina@olive-tree.example',
    products: [
      {
        id: '1046',
        name: 'Business hosting',
        package: 'business',
        domain: 'willow-clinic.example',
        server: 'dead',
        username: 'willow',
      },
      {
        id: '1047',
        name: 'Business hosting',
        package: 'business',
        domain: 'olive-tree.example',
        server: 'limited',
        username: 'olive',
      },
    ],
  },
]

const ordersSchema = z.array(productSchema.extend({ client: z.string() }))
type Order = z.infer<typeof ordersSchema>[number]

/** The billing system of an imaginary company: its clients, what they bought, and the orders placed in the demo. */
export class Company {
  static readonly title = 'Fernhill Hosting'
  static readonly issuer = 'https://fernhill.example'
  readonly #file: string
  #orders: Order[]

  /** @param file where new orders are kept */
  constructor(file: string) {
    this.#file = file
    this.#orders = existsSync(file)
      ? ordersSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
      : []
  }

  get clients(): readonly Client[] {
    return CLIENTS.map((client) => ({
      ...client,
      products: [
        ...client.products,
        ...this.#orders
          .filter((order) => order.client === client.id)
          .map(({ client: _, ...rest }) => rest),
      ],
    }))
  }

  client(id: string): Client | undefined {
    return this.clients.find((client) => client.id === id)
  }

  /** The product and whose it is. */
  product(id: string): { readonly client: Client; readonly product: Product } | undefined {
    for (const client of this.clients) {
      const product = client.products.find((candidate) => candidate.id === id)
      if (product !== undefined) return { client, product }
    }
    return undefined
  }

  /** Products that were there from the start: they are told to the BFF at once. Later ones register on first use. */
  get firstProducts(): readonly Product[] {
    return CLIENTS.flatMap(({ products }) => products)
  }

  /** A new order. Nothing is told to the BFF: its page registers it when it is first opened. */
  order(client: string, name: string, plan: string, domain: string): Product {
    const last = Math.max(
      ...this.clients.flatMap(({ products }) => products.map(({ id }) => Number(id))),
    )
    const product: Product = { id: String(last + 1), name, package: plan, domain, server: 'main' }
    this.#orders = [...this.#orders, { ...product, client }]
    const next = `${this.#file}.next`
    writeFileSync(next, `${JSON.stringify(this.#orders, null, 2)}\n`, { mode: 0o600 })
    renameSync(next, this.#file)
    return product
  }
}
