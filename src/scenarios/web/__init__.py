"""The planner's page: a small server that hands all work to processes of its own and shows what they answer."""
