// One question only: does the JavaScript run in the browsers that package.json promises?
// Its types are TypeScript's concern, its format nobody's.

import compat from "eslint-plugin-compat";
import esx from "eslint-plugin-es-x";

/** Of ES2022 what every browser of the list has. */
const COMMON = [
  "es-x/no-class-instance-fields",
  "es-x/no-class-private-fields",
  "es-x/no-class-private-methods",
  "es-x/no-class-static-fields",
  "es-x/no-top-level-await",
];

/** Here a guess by name alone: `filter` of arrays, our own `resize`. TypeScript knows better. */
const GUESSED = /no-iterator|no-resizable-and-growable-arraybuffers/;

const young = [2022, 2023, 2024, 2025]
  .flatMap((year) => Object.keys(esx.configs[`flat/no-new-in-es${year}`].rules))
  .filter((rule) => !COMMON.includes(rule) && !GUESSED.test(rule));

/** Methods of elements that are younger than the list, and that no tool knows to be. */
const YOUNG_METHODS =
  "requestSubmit|checkVisibility|showPicker|showPopover|hidePopover|togglePopover|moveBefore";

export default [
  {
    // What tells a browser that it is too old has to run in all of them.
    ...esx.configs["flat/restrict-to-es5"],
    files: ["static/mapapp/start/**/*.js"],
    languageOptions: { sourceType: "script" },
  },
  {
    ...compat.configs["flat/recommended"],
    files: ["static/mapapp/js/**/*.js"],
  },
  {
    files: ["static/mapapp/js/**/*.js"],
    plugins: { "es-x": esx },
    languageOptions: { ecmaVersion: 2022, sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    settings: { "es-x": { aggressive: true }, lintAllEsApis: true },
    rules: {
      ...Object.fromEntries(young.map((rule) => [rule, "error"])),
      "no-restricted-syntax": [
        "error",
        {
          selector: `CallExpression[callee.property.name=/^(${YOUNG_METHODS})$/]`,
          message: "Not every browser that package.json promises has this method.",
        },
      ],
    },
  },
];
