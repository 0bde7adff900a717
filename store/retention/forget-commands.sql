-- Up to a thousand commands that were carried out or given up before $1, of every tenant: they tell nothing that the events
-- do not tell. Rows that another node is just removing are left to it.
delete from command c
 using (select tenant_id, interaction_id, number from command
         where state <> 'pending' and created_at < $1 limit 1000 for update skip locked) old
 where c.tenant_id = old.tenant_id and c.interaction_id = old.interaction_id and c.number = old.number
returning 1;
