"""The shipped standards, one YAML file each; ``data_contracts.standard`` reads them."""
