// Generated from events/schemas by `npm run generate`: change the schema, not this file.
"use strict";
export const validate = validate20;
export default validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"urn:contact-transfer:schema:requested:v1","type":"object","required":["id","detail"],"properties":{"id":{"$ref":"#/$defs/identity"},"detail-type":{"const":"Contact Transfer Requested"},"source":{"type":"string"},"time":{"$ref":"#/$defs/instant"},"detail":{"$ref":"#/$defs/intent"}},"$defs":{"intent":{"type":"object","additionalProperties":false,"required":["contactId","contactFlowId"],"not":{"type":"object","required":["queueId","userId"]},"properties":{"contactId":{"$comment":"a contact id (1-256 characters A-Z a-z 0-9 - _ .) or a contact ARN","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/contact/[A-Za-z0-9._-]{1,256})$"},"contactFlowId":{"$comment":"a flow id (1-500 characters A-Z a-z 0-9 - _ .) or a flow ARN (…/contact-flow/…)","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,500}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/contact-flow/[A-Za-z0-9._-]{1,500})$"},"instanceId":{"$comment":"an instance id (1-100 characters A-Z a-z 0-9 - _ .) or an instance ARN","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,100}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100})$"},"queueId":{"$comment":"a queue id (1-256 characters A-Z a-z 0-9 - _ .) or a queue ARN (…/queue/…)","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/queue/[A-Za-z0-9._-]{1,256})$"},"userId":{"$comment":"a user id (1-256 characters A-Z a-z 0-9 - _ .) or a user ARN (…/agent/…)","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/agent/[A-Za-z0-9._-]{1,256})$"},"intentId":{"$ref":"#/$defs/identity"},"expiresAt":{"$ref":"#/$defs/instant"},"metadata":{"$comment":"a JSON object","type":"object"}}},"identity":{"$comment":"1-128 visible ASCII characters without spaces","type":"string","pattern":"^[!-~]{1,128}$"},"instant":{"$comment":"an RFC 3339 date-time, for example 2026-11-24T10:00:00Z","type":"string","format":"date-time"}}};
const schema32 = {"$comment":"1-128 visible ASCII characters without spaces","type":"string","pattern":"^[!-~]{1,128}$"};
const schema33 = {"$comment":"an RFC 3339 date-time, for example 2026-11-24T10:00:00Z","type":"string","format":"date-time"};
const pattern4 = new RegExp("^[!-~]{1,128}$", "u");
const schema34 = {"type":"object","additionalProperties":false,"required":["contactId","contactFlowId"],"not":{"type":"object","required":["queueId","userId"]},"properties":{"contactId":{"$comment":"a contact id (1-256 characters A-Z a-z 0-9 - _ .) or a contact ARN","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/contact/[A-Za-z0-9._-]{1,256})$"},"contactFlowId":{"$comment":"a flow id (1-500 characters A-Z a-z 0-9 - _ .) or a flow ARN (…/contact-flow/…)","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,500}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/contact-flow/[A-Za-z0-9._-]{1,500})$"},"instanceId":{"$comment":"an instance id (1-100 characters A-Z a-z 0-9 - _ .) or an instance ARN","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,100}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100})$"},"queueId":{"$comment":"a queue id (1-256 characters A-Z a-z 0-9 - _ .) or a queue ARN (…/queue/…)","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/queue/[A-Za-z0-9._-]{1,256})$"},"userId":{"$comment":"a user id (1-256 characters A-Z a-z 0-9 - _ .) or a user ARN (…/agent/…)","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/agent/[A-Za-z0-9._-]{1,256})$"},"intentId":{"$ref":"#/$defs/identity"},"expiresAt":{"$ref":"#/$defs/instant"},"metadata":{"$comment":"a JSON object","type":"object"}}};
const pattern5 = new RegExp("^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/contact/[A-Za-z0-9._-]{1,256})$", "u");
const pattern6 = new RegExp("^(?:[A-Za-z0-9._-]{1,500}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/contact-flow/[A-Za-z0-9._-]{1,500})$", "u");
const pattern7 = new RegExp("^(?:[A-Za-z0-9._-]{1,100}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100})$", "u");
const pattern8 = new RegExp("^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/queue/[A-Za-z0-9._-]{1,256})$", "u");
const pattern9 = new RegExp("^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/agent/[A-Za-z0-9._-]{1,256})$", "u");

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs1 = errors;
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.queueId === undefined) && (missing0 = "queueId")) || ((data.userId === undefined) && (missing0 = "userId"))){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var valid0 = _errs2 === errors;
if(valid0){
const err2 = {instancePath,schemaPath:"#/not",keyword:"not",params:{}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
else {
errors = _errs1;
if(vErrors !== null){
if(_errs1){
vErrors.length = _errs1;
}
else {
vErrors = null;
}
}
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.contactId === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "contactId"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.contactFlowId === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "contactFlowId"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key0 in data){
if(!((((((((key0 === "contactId") || (key0 === "contactFlowId")) || (key0 === "instanceId")) || (key0 === "queueId")) || (key0 === "userId")) || (key0 === "intentId")) || (key0 === "expiresAt")) || (key0 === "metadata"))){
const err5 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.contactId !== undefined){
let data0 = data.contactId;
if(typeof data0 === "string"){
if(!pattern5.test(data0)){
const err6 = {instancePath:instancePath+"/contactId",schemaPath:"#/properties/contactId/pattern",keyword:"pattern",params:{pattern: "^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/contact/[A-Za-z0-9._-]{1,256})$"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/contactId",schemaPath:"#/properties/contactId/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.contactFlowId !== undefined){
let data1 = data.contactFlowId;
if(typeof data1 === "string"){
if(!pattern6.test(data1)){
const err8 = {instancePath:instancePath+"/contactFlowId",schemaPath:"#/properties/contactFlowId/pattern",keyword:"pattern",params:{pattern: "^(?:[A-Za-z0-9._-]{1,500}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/contact-flow/[A-Za-z0-9._-]{1,500})$"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/contactFlowId",schemaPath:"#/properties/contactFlowId/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.instanceId !== undefined){
let data2 = data.instanceId;
if(typeof data2 === "string"){
if(!pattern7.test(data2)){
const err10 = {instancePath:instancePath+"/instanceId",schemaPath:"#/properties/instanceId/pattern",keyword:"pattern",params:{pattern: "^(?:[A-Za-z0-9._-]{1,100}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100})$"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/instanceId",schemaPath:"#/properties/instanceId/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.queueId !== undefined){
let data3 = data.queueId;
if(typeof data3 === "string"){
if(!pattern8.test(data3)){
const err12 = {instancePath:instancePath+"/queueId",schemaPath:"#/properties/queueId/pattern",keyword:"pattern",params:{pattern: "^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/queue/[A-Za-z0-9._-]{1,256})$"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/queueId",schemaPath:"#/properties/queueId/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.userId !== undefined){
let data4 = data.userId;
if(typeof data4 === "string"){
if(!pattern9.test(data4)){
const err14 = {instancePath:instancePath+"/userId",schemaPath:"#/properties/userId/pattern",keyword:"pattern",params:{pattern: "^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/agent/[A-Za-z0-9._-]{1,256})$"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/userId",schemaPath:"#/properties/userId/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.intentId !== undefined){
let data5 = data.intentId;
if(typeof data5 === "string"){
if(!pattern4.test(data5)){
const err16 = {instancePath:instancePath+"/intentId",schemaPath:"#/$defs/identity/pattern",keyword:"pattern",params:{pattern: "^[!-~]{1,128}$"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/intentId",schemaPath:"#/$defs/identity/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.expiresAt !== undefined){
if(!(typeof data.expiresAt === "string")){
const err18 = {instancePath:instancePath+"/expiresAt",schemaPath:"#/$defs/instant/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.metadata !== undefined){
let data7 = data.metadata;
if(!(data7 && typeof data7 == "object" && !Array.isArray(data7))){
const err19 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
else {
const err20 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="urn:contact-transfer:schema:requested:v1" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.id === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "id"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.detail === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "detail"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.id !== undefined){
let data0 = data.id;
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
const err2 = {instancePath:instancePath+"/id",schemaPath:"#/$defs/identity/pattern",keyword:"pattern",params:{pattern: "^[!-~]{1,128}$"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/id",schemaPath:"#/$defs/identity/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data["detail-type"] !== undefined){
if("Contact Transfer Requested" !== data["detail-type"]){
const err4 = {instancePath:instancePath+"/detail-type",schemaPath:"#/properties/detail-type/const",keyword:"const",params:{allowedValue: "Contact Transfer Requested"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.source !== undefined){
if(typeof data.source !== "string"){
const err5 = {instancePath:instancePath+"/source",schemaPath:"#/properties/source/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.time !== undefined){
if(!(typeof data.time === "string")){
const err6 = {instancePath:instancePath+"/time",schemaPath:"#/$defs/instant/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.detail !== undefined){
if(!(validate21(data.detail, {instancePath:instancePath+"/detail",parentData:data,parentDataProperty:"detail",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
}
else {
const err7 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":{"id":true,"detail-type":true,"source":true,"time":true,"detail":true},"dynamicProps":false,"dynamicItems":false};

export const schema = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"urn:contact-transfer:schema:requested:v1","type":"object","required":["id","detail"],"properties":{"id":{"$ref":"#/$defs/identity"},"detail-type":{"const":"Contact Transfer Requested"},"source":{"type":"string"},"time":{"$ref":"#/$defs/instant"},"detail":{"$ref":"#/$defs/intent"}},"$defs":{"intent":{"type":"object","additionalProperties":false,"required":["contactId","contactFlowId"],"not":{"type":"object","required":["queueId","userId"]},"properties":{"contactId":{"$comment":"a contact id (1-256 characters A-Z a-z 0-9 - _ .) or a contact ARN","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/contact/[A-Za-z0-9._-]{1,256})$"},"contactFlowId":{"$comment":"a flow id (1-500 characters A-Z a-z 0-9 - _ .) or a flow ARN (…/contact-flow/…)","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,500}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/contact-flow/[A-Za-z0-9._-]{1,500})$"},"instanceId":{"$comment":"an instance id (1-100 characters A-Z a-z 0-9 - _ .) or an instance ARN","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,100}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100})$"},"queueId":{"$comment":"a queue id (1-256 characters A-Z a-z 0-9 - _ .) or a queue ARN (…/queue/…)","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/queue/[A-Za-z0-9._-]{1,256})$"},"userId":{"$comment":"a user id (1-256 characters A-Z a-z 0-9 - _ .) or a user ARN (…/agent/…)","type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,256}|arn:[a-z0-9-]+:connect:[a-z0-9-]+:[0-9]{12}:instance/[A-Za-z0-9._-]{1,100}/agent/[A-Za-z0-9._-]{1,256})$"},"intentId":{"$ref":"#/$defs/identity"},"expiresAt":{"$ref":"#/$defs/instant"},"metadata":{"$comment":"a JSON object","type":"object"}}},"identity":{"$comment":"1-128 visible ASCII characters without spaces","type":"string","pattern":"^[!-~]{1,128}$"},"instant":{"$comment":"an RFC 3339 date-time, for example 2026-11-24T10:00:00Z","type":"string","format":"date-time"}}};
