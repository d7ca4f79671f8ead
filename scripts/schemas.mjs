// Writes docs/schemas/config.schema.json, the schema of the configuration, from the tables that the program reads it by.
import { writeFileSync } from 'node:fs';
import { configSchema } from '../dist/manual/index.js';
import { allOptions } from '../dist/options/index.js';

const schema = configSchema(await allOptions());
const place = new URL('../docs/schemas/config.schema.json', import.meta.url);
writeFileSync(place, `${JSON.stringify(schema, null, 2)}\n`);
