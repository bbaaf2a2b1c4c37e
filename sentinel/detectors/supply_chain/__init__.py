"""SupplyChain: what is fetched, started and trusted."""
