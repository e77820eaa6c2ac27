/** A kind of thing that the shop sells: what it is called, what it costs (euros, from and to), and in which variants it comes. */
export interface Kind {
  readonly code: string
  readonly name: string
  readonly price: readonly [from: number, to: number]
  readonly variants: readonly string[]
  readonly says: string
}

/** A category of the shop: its makers each offer every kind. */
export interface Category {
  readonly code: string
  readonly name: string
  readonly makers: readonly string[]
  readonly kinds: readonly Kind[]
  /** Its kinds are titles: they stand before the maker. */
  readonly titled?: true
}

const kind = (code: string, name: string, price: Kind['price'], variants: string, says: string): Kind => ({
  code,
  name,
  price,
  variants: variants.split('|'),
  says,
})

/** All makers are invented. */
export const assortment: readonly Category[] = [
  {
    code: 'AUD',
    name: 'Audio',
    makers: ['Lyra', 'Northwave', 'Halden'],
    kinds: [
      kind(
        'HPH',
        'wireless headphones',
        [59, 249],
        'black|sand|forest green',
        'Closed over-ear headphones with 40 hours of battery and adaptive noise cancelling.',
      ),
      kind('EAR', 'in-ear headphones', [29, 149], 'graphite|white|coral', 'Light in-ears with three sizes of tips and a charging case.'),
      kind(
        'SPK',
        'Bluetooth speaker',
        [35, 179],
        'slate|ocean blue|brick',
        'A splash-proof speaker for kitchen and lake, paired in seconds.',
      ),
    ],
  },
  {
    code: 'BOK',
    name: 'Books',
    titled: true,
    makers: ['Kestrel Press', 'Old Harbour', 'Salt & Paper'],
    kinds: [
      kind(
        'NOV',
        'The Lighthouse Keeper’s Ledger',
        [9, 24],
        'paperback|hardcover|large print',
        'A novel about a debt that three generations kept.',
      ),
      kind(
        'COK',
        'Bread on Sundays',
        [18, 38],
        'paperback|hardcover|gift edition',
        'Eighty loaves, from the first starter to laminated dough.',
      ),
      kind(
        'SCI',
        'How Birds Agree',
        [14, 32],
        'paperback|hardcover|illustrated',
        'What starling flocks teach about order without a leader.',
      ),
    ],
  },
  {
    code: 'CMP',
    name: 'Computers',
    makers: ['Ferrum', 'Cobalt Works', 'Nord'],
    kinds: [
      kind(
        'KBD',
        'mechanical keyboard',
        [69, 189],
        'ISO-DE|ISO-UK|ANSI-US',
        'Hot-swappable switches under double-shot key caps, with a sound-damped case.',
      ),
      kind(
        'MSE',
        'ergonomic mouse',
        [25, 99],
        'right-handed|left-handed|compact',
        'Shaped for long days, with silent buttons and a precise sensor.',
      ),
      kind('HUB', 'USB-C hub', [29, 119], '5 ports|8 ports|11 ports', 'One cable for display, network, cards and charging.'),
    ],
  },
  {
    code: 'GRD',
    name: 'Garden',
    makers: ['Alder & Oak', 'Hortus', 'Greenwell'],
    kinds: [
      kind('SHR', 'pruning shears', [14, 59], '18 cm|21 cm|23 cm', 'Forged blades that part a finger-thick branch and can be sharpened.'),
      kind('CAN', 'watering can', [12, 45], '3 litres|5 litres|9 litres', 'Galvanised steel with a brass rose that rains softly.'),
      kind('GLV', 'garden gloves', [8, 27], 'S|M|L', 'Goatskin palms and breathing backs, for roses and for rakes.'),
    ],
  },
  {
    code: 'HOM',
    name: 'Home',
    makers: ['Brae', 'Lindqvist', 'Studio Tern'],
    kinds: [
      kind('LMP', 'desk lamp', [39, 159], 'brass|matt black|chalk', 'Warm dimmable light on a balanced arm.'),
      kind(
        'BLK',
        'wool blanket',
        [49, 169],
        '130 × 180 cm|150 × 200 cm|200 × 240 cm',
        'Woven from new wool of Gotland sheep, with a rolled hem.',
      ),
      kind('VSE', 'stoneware vase', [19, 89], 'small|medium|tall', 'Thrown by hand, glazed inside, no two the same.'),
    ],
  },
  {
    code: 'KIT',
    name: 'Kitchen',
    makers: ['Forge & Flame', 'Marais', 'Yukimura'],
    kinds: [
      kind('KNF', 'chef’s knife', [45, 229], '16 cm|20 cm|24 cm', 'A thin, hard blade with a full tang and an oiled oak handle.'),
      kind('PAN', 'cast iron pan', [29, 129], '20 cm|24 cm|28 cm', 'Seasoned with linseed oil, for every stove and the campfire.'),
      kind('GRN', 'coffee grinder', [49, 199], 'by hand|electric|travel', 'Conical burrs from fine espresso to coarse cold brew.'),
    ],
  },
  {
    code: 'OUT',
    name: 'Outdoor',
    makers: ['Fjellvind', 'Cairn', 'Blue Pass'],
    kinds: [
      kind(
        'TNT',
        'trekking tent',
        [159, 549],
        '1 person|2 persons|3 persons',
        'Freestanding, up in four minutes, dry through a night of storm.',
      ),
      kind(
        'BAG',
        'sleeping bag',
        [79, 329],
        'comfort 5 °C|comfort 0 °C|comfort −8 °C',
        'Recycled down with a draught collar and a two-way zip.',
      ),
      kind('BTL', 'steel bottle', [17, 45], '0.5 litre|0.75 litre|1 litre', 'Keeps tea hot for a summit and back.'),
    ],
  },
  {
    code: 'STA',
    name: 'Stationery',
    makers: ['Papelaria Sul', 'Inkwell', 'Hahn & Sohn'],
    kinds: [
      kind('PEN', 'fountain pen', [19, 139], 'extra fine|fine|broad', 'A steel nib that writes at once, filled by converter or cartridge.'),
      kind('NTB', 'notebook', [7, 29], 'plain|dotted|ruled', 'Thread-bound 100 g paper that lies flat and takes ink.'),
      kind('CAL', 'wall calendar', [11, 29], 'A4|A3|panorama', 'Twelve woodcuts of northern harbours, with room to write.'),
    ],
  },
  {
    code: 'TOY',
    name: 'Toys',
    makers: ['Holzwurm', 'Little Comet', 'Pim'],
    kinds: [
      kind(
        'BLC',
        'wooden blocks',
        [19, 79],
        '50 pieces|100 pieces|200 pieces',
        'Beech from one forest, sanded round, coloured with plant dyes.',
      ),
      kind('PUZ', 'jigsaw puzzle', [9, 35], '300 pieces|500 pieces|1000 pieces', 'A crowded harbour with a cat hidden on every pier.'),
      kind('KIT', 'kite', [15, 69], 'delta|diamond|stunt', 'Ripstop sail and carbon spars, flies from a light breeze.'),
    ],
  },
]
