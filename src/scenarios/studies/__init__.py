"""Studies: questions asked of a city again and again, each a loop over Case -> Case and Case -> Plan."""
