// The page's styles as Chromium 69 understands them.
export default {
  plugins: ["stylelint-no-unsupported-browser-features"],
  rules: {
    "block-no-empty": true,
    "declaration-block-no-duplicate-properties": [true, { ignore: ["consecutive-duplicates-with-different-values"] }],
    "no-duplicate-selectors": null,
    "property-no-unknown": true,
    "plugin/no-unsupported-browser-features": [
      true,
      { browsers: ["chrome 69"], ignorePartialSupport: true, severity: "error" },
    ],
  },
};
