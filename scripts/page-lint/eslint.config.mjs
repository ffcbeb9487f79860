// The page's scripts run in Chromium 69 (old 360 browsers): its syntax (ES2018), its interfaces.
import compat from "eslint-plugin-compat";

export default [
  {
    ...compat.configs["flat/recommended"],
    files: ["**/*.js"],
    languageOptions: {
      ecmaVersion: 2018,
      sourceType: "script",
      globals: { window: "readonly", document: "readonly", L: "readonly" },
    },
    settings: { browsers: ["chrome 69"], lintAllEsApis: true },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      ...compat.configs["flat/recommended"].rules,
      "no-undef": "error",
      "no-dupe-keys": "error",
      "no-redeclare": "error",
      "no-unused-vars": ["error", { args: "after-used" }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "data is text: textContent" },
        { property: "outerHTML", message: "data is text: textContent" },
        { property: "insertAdjacentHTML", message: "data is text: textContent" },
      ],
    },
  },
];
