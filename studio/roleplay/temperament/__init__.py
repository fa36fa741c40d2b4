"""How a situation moves somebody's traits. Used by the mode `trait_activation`."""
