// Unpacks the Chromium of each package: node unpack.mjs FOLDER writes FOLDER/VERSION.

import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const [folder] = process.argv.slice(2);
await Promise.all(
  ["88", "90", "106"].map((version) =>
    pipeline(
      createReadStream(`${folder}/node_modules/chromium-${version}/bin/chromium.br`),
      createBrotliDecompress(),
      createWriteStream(`${folder}/${version}`, { mode: 0o755 }),
    ),
  ),
);
